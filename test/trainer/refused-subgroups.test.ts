/**
 * An engine whose device has subgroups, and whose compiler does not know the directive for them.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createChosenTrainer } from '../../src/cli/choose-kernels';
import { cartpole } from '../../src/environments/cartpole';
import { ShaderError } from '../../src/gpu/shader-error';
import { subgroupLanes } from '../../src/network/kernel-plan';
import { requestNodeGpu } from '../../src/node/dawn';
import { createTrainer } from '../../src/trainer/create-trainer';
import { tunePlan } from '../../src/trainer/tuner';
import { openTestGpu } from '../support/gpu';

const opened: { destroy(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy();
});

async function openRefusing() {
  const gpu = await requestNodeGpu();
  opened.push(gpu);
  const { device } = gpu;
  const create = device.createShaderModule.bind(device);
  const refuse = (code: string): string =>
    code.replace('enable subgroups;', 'enable no_such_thing;');
  vi.spyOn(device, 'createShaderModule').mockImplementation((descriptor) =>
    create({ ...descriptor, code: refuse(descriptor.code) }),
  );
  return gpu;
}

const SIZES = {
  ...{ numEnvs: 8, numSteps: 4, numMinibatches: 2, updateEpochs: 1, totalTimesteps: 64 },
  hiddenSizes: [8, 8],
};
const { subgroupSize } = await openTestGpu();
const hasSubgroups = subgroupSize > 1;
/** Networks whose usual kernels use subgroups here; layered ones do from 8 lanes on. */
const NETWORKS: readonly (readonly [string, readonly number[]])[] = [
  ['fused', [8, 8]],
  ...(subgroupSize < 8 ? [] : [['layered', [64, 64, 64]] as const]),
];

describe.skipIf(!hasSubgroups)('subgroups that the engine refuses', () => {
  test.each(NETWORKS)(
    'leave the kernels without them: %s networks train',
    async (_, hiddenSizes) => {
      const gpu = await openRefusing();
      const config = { ...SIZES, hiddenSizes };
      const notes: string[] = [];
      const note = (text: string) => notes.push(text);
      const trainer = await createChosenTrainer({
        gpu,
        environment: cartpole,
        config,
        tune: false,
        note,
      });
      const losses: number[] = [];
      for await (const { agents } of trainer) losses.push(agents[0]!['losses/policy_loss']);
      expect(losses).toHaveLength(2);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(subgroupLanes(trainer.plan)).toBe(1);
      expect(gpu.subgroupsRefused).toMatch(/^shaders\/[\w/-]+\.wesl:\d+:\d+: [^\n]+$/);
      expect(notes.at(-1)).toBe(`kernels: without subgroups, since ${gpu.subgroupsRefused}`);
      trainer.destroy();
      // It is known from now on.
      vi.mocked(gpu.device.createShaderModule).mockClear();
      (await createTrainer({ gpu, environment: cartpole, config })).destroy();
      const codes = vi.mocked(gpu.device.createShaderModule).mock.calls.map(([{ code }]) => code);
      expect(codes.length).toBeGreaterThan(0);
      expect(codes.filter((code) => code.includes('enable subgroups;'))).toEqual([]);
    },
  );

  test('leave the tuner the other plans', async () => {
    const gpu = await openRefusing();
    const config = { ...SIZES, hiddenSizes: [5, 3] };
    const { timings } = await tunePlan({ gpu, environment: cartpole, config });
    expect(timings.length).toBeGreaterThan(1);
    expect(timings.filter(({ plan }) => subgroupLanes(plan) > 1)).toEqual([]);
  });

  test('are an error where a plan with them is asked for', async () => {
    const usual = await createTrainer({
      gpu: await openTestGpu(),
      environment: cartpole,
      config: SIZES,
    });
    const { plan } = usual;
    usual.destroy();
    expect(subgroupLanes(plan)).toBeGreaterThan(1);
    const gpu = await openRefusing();
    const options = { gpu, environment: cartpole, config: SIZES, plan };
    await expect(createTrainer(options)).rejects.toThrow(ShaderError);
    expect(gpu.subgroupsRefused).toBeUndefined();
  });

  test('are not blamed for a mistake of the user', async () => {
    const gpu = await requestNodeGpu();
    opened.push(gpu);
    const shader = `${cartpole.shader}\nfn wrong() -> f32 { return 1u; }\n`;
    const step =
      'fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {';
    expect(shader).toContain(step);
    const environment = {
      ...cartpole,
      file: 'mine.wesl',
      shader: shader.replace(step, `${step}\n  let x = wrong();`),
    };
    const options = { gpu, environment, config: SIZES };
    await expect(createTrainer(options)).rejects.toThrow(/^mine\.wesl:/);
    expect(gpu.subgroupsRefused).toBeUndefined();
  });
});
