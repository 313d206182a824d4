import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { GpuError } from '../../src/gpu/device';
import { listAdapters, requestNodeGpu } from '../../src/node/dawn';
import { findChromiumPackage } from '../../src/node/swiftshader';
import { ChildProgram } from '../support/child';

afterEach(() => vi.unstubAllEnvs());

describe('the device in Node', () => {
  it('is, without a wish, the first of the list', async () => {
    vi.stubEnv('LOCKSTEP_ADAPTER', '');
    const gpu = await requestNodeGpu();
    expect(gpu.adapter).toEqual((await listAdapters())[0]);
    gpu.destroy();
  });

  it('is refused under an unknown name, and the error says what there is', async () => {
    const refused = requestNodeGpu({ adapter: 'voodoo' });
    await expect(refused).rejects.toThrow(GpuError);
    const [first] = await listAdapters();
    await expect(refused).rejects.toThrow(`no adapter matches 'voodoo'`);
    await expect(refused).rejects.toThrow(`there is ${first!.name}`);
  });

  it('is the one that LOCKSTEP_ADAPTER names, unless the option names one', async () => {
    vi.stubEnv('LOCKSTEP_ADAPTER', 'voodoo');
    await expect(requestNodeGpu()).rejects.toThrow(`no adapter matches 'voodoo'`);
    const [first] = await listAdapters();
    const gpu = await requestNodeGpu({ adapter: first!.name });
    expect(gpu.adapter).toEqual(first);
    gpu.destroy();
  });

  it.skipIf(!findChromiumPackage())('can be SwiftShader beside another', async () => {
    const [first, embedded] = [
      await requestNodeGpu(),
      await requestNodeGpu({ adapter: 'SwiftShader' }),
    ];
    expect(embedded.adapter.architecture).toBe('swiftshader');
    for (const gpu of [first, embedded]) {
      await gpu.idle();
      gpu.destroy();
    }
  });
});

describe('a process with a device', () => {
  const program = new ChildProgram(`
    import { requestNodeGpu } from './src/node/dawn';
    const gpu = await requestNodeGpu({ adapter: process.env.WISH });
    for (let i = 0; i < 20; i += 1) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await gpu.idle();
    const { ENDING } = process.env;
    if (ENDING.includes('name')) console.log(gpu.adapter.name);
    if (ENDING.includes('destroy')) gpu.destroy();
    console.log('at the end');
    if (ENDING.includes('exit')) process.exit(0);
    if (ENDING.includes('pending')) gpu.idle();
  `);
  afterAll(() => program.remove());

  it.each(['destroy', 'destroy, exit', 'alive', 'alive, exit', 'alive, pending'])(
    'ends cleanly, and nothing was printed but what Dawn always says: %s',
    (ending) => {
      const quiet = `2> >(grep -v '^Warning: maxDynamic' >&3)`;
      const result = program.run(`exec 3>&1; ENDING='${ending}' $PROGRAM ${quiet}`, '--expose-gc');
      expect(result).toEqual({ status: 0, stdout: 'at the end\n' });
    },
  );

  it('says it no more often where it asks for the best adapter by its name', () => {
    const open = (wish: string): string[] => {
      const command = `ENDING='name, destroy' WISH='${wish}' $PROGRAM 2>&1`;
      return program.run(command, '--expose-gc').stdout.trimEnd().split('\n');
    };
    const unasked = open('');
    const name = unasked.at(-2)!;
    expect(open(name)).toEqual(unasked);
  });
});
