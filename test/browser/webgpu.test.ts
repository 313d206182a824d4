import { describe, expect, it } from 'vitest';
import shader from '../../shaders/cli/doctor.wesl';
import { expectedSum } from '../../src/cli/doctor';
import { chromiumProblem, withPage } from '../support/chromium';

/** Runs within the page. */
async function computeInPage(): Promise<{ architecture: string; sum: number }> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error('no adapter');
  const device = await adapter.requestDevice();
  const code = await (await fetch('/doctor.wgsl')).text();
  const compute = { module: device.createShaderModule({ code }) };
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute });
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ size: 4, usage });
  const readable = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const copy = device.createBuffer({ size: 4, usage: readable });
  const layout = pipeline.getBindGroupLayout(0);
  const commands = device.createCommandEncoder();
  const pass = commands.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({ layout, entries: [{ binding: 0, resource: { buffer } }] }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  commands.copyBufferToBuffer(buffer, 0, copy, 0, 4);
  device.queue.submit([commands.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const sum = new Uint32Array(copy.getMappedRange())[0]!;
  return { architecture: adapter.info.architecture, sum };
}

const problem = await chromiumProblem();
const suite = `WebGPU in Chromium${problem ? ` (skipped: ${problem})` : ''}`;

describe.skipIf(problem)(suite, () => {
  it('computes a sum on SwiftShader', async () => {
    const files = { '/doctor.wgsl': { body: shader, type: 'text/plain' } };
    const { architecture, sum } = await withPage(files, (page) => page.evaluate(computeInPage));
    expect(architecture).toBe('swiftshader');
    expect(sum).toBe(expectedSum());
  });

  it('serves the given page, and 404 for what it was not given', async () => {
    const page = { body: '<title>mine</title>', type: 'text/html' };
    const seen = await withPage({ '/': page }, async (opened) => ({
      title: await opened.title(),
      missing: await opened.evaluate(async () => (await fetch('/none')).status),
    }));
    expect(seen).toEqual({ title: 'mine', missing: 404 });
  });

  it('fails when the page throws', async () => {
    const body = '<script>throw new Error("from the page")</script>';
    const visit = withPage({ '/': { body, type: 'text/html' } }, async () => 'unseen');
    await expect(visit).rejects.toThrow('from the page');
  });
});
