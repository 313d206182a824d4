/**
 * createTrainer rejects only when nothing compiles any more: a process that ends then must not
 * crash.
 */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { LimitError } from '../../src/gpu/arena';
import { Kernel } from '../../src/gpu/kernel';
import { ShaderError } from '../../src/gpu/shader-error';
import { clock } from '../rollout/clock';
import { ChildProgram } from '../support/child';
import { openTestGpu } from '../support/gpu';
import { smallTrainer } from './training';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('when it rejects, no kernel compiles', () => {
  /**
   * Pipelines that are compiling, each for a while longer than it would, and all that ever began.
   */
  async function countCompilations() {
    const { device } = await openTestGpu();
    const compile = device.createComputePipelineAsync.bind(device);
    const count = { running: 0, begun: 0 };
    vi.spyOn(device, 'createComputePipelineAsync').mockImplementation(async (descriptor) => {
      count.running += 1;
      count.begun += 1;
      const pipeline = await compile(descriptor);
      await new Promise((resolve) => setTimeout(resolve, 50));
      count.running -= 1;
      return pipeline;
    });
    return count;
  }

  test('for a mistake in the module', async () => {
    const count = await countCompilations();
    const shader = clock.shader.replace('state.name, state.steps', 'state.name, state.stesp');
    const error = await smallTrainer({}, { ...clock, shader }).catch((reason: unknown) => reason);
    expect(count.running).toBe(0);
    expect(error).toBeInstanceOf(ShaderError);
    expect((error as ShaderError).message).toMatch(/struct member stesp not found/);
  });

  /**
   * Throws at this dispatch that is recorded from now on, 1 …; returns the kernels of those before.
   */
  function limitDispatches(most: number): ReadonlySet<Kernel> {
    const dispatch = Kernel.prototype.dispatch;
    const kernels = new Set<Kernel>();
    let dispatches = 0;
    vi.spyOn(Kernel.prototype, 'dispatch').mockImplementation(function (this: Kernel, options) {
      dispatches += 1;
      if (dispatches === most) throw new LimitError('too many workgroups');
      kernels.add(this);
      return dispatch.call(this, options);
    });
    return kernels;
  }

  test('for a limit that is met while kernels are recorded', async () => {
    const count = await countCompilations();
    const kernels = limitDispatches(10);
    await expect(smallTrainer({}, clock)).rejects.toThrow('too many workgroups');
    // None has yet to begin, once its text is linked.
    expect(kernels.size).toBeGreaterThan(5);
    expect(count.begun).toBeGreaterThanOrEqual(kernels.size);
    expect(count.running).toBe(0);
  });

  test.each([
    ['that is called off', false],
    ['that meets a limit', true],
  ])('for an evaluation %s', async (_, limited) => {
    const trainer = await smallTrainer({ hiddenSizes: [7, 5] }, clock);
    const count = await countCompilations();
    const controller = new AbortController();
    if (limited) limitDispatches(4);
    const evaluation = trainer.evaluate({ signal: controller.signal });
    if (!limited) controller.abort(new Error('called off'));
    await expect(evaluation).rejects.toThrow(limited ? 'too many workgroups' : 'called off');
    expect(count.running).toBe(0);
    trainer.destroy();
  });
});

describe('a process that a mistake in a module ends', () => {
  const program = new ChildProgram(`
    import { defineEnvironment } from './src/environments/definition';
    import { requestNodeGpu } from './src/node/dawn';
    import { createTrainer } from './src/trainer/create-trainer';
    import { loopingModule } from './test/support/loops';

    const { from, to, actionMask, caught } = JSON.parse(process.env.CASE);
    const environment = defineEnvironment({
      id: 'Typo-v0',
      source: 'made up for the tests',
      observation: [{ name: 'one', low: 0, high: 1 }],
      action: { type: 'discrete', n: 2 },
      actionMask,
      maxEpisodeSteps: 9,
      shader: loopingModule('random(rng)', 'return Step(1.0, false);').replace(from, to),
      file: 'my/typo.wesl',
    });
    const gpu = await requestNodeGpu();
    const trainer = createTrainer({ gpu, environment });
    if (!caught) await trainer;
    await trainer.catch((error) => {
      console.log(error.message);
      process.exit(1);
    });
  `);
  afterAll(() => program.remove());

  const OBSERVE = { from: 'Observation(1.0)', to: 'Observation(1.0, state.t)' };
  const STEP = { from: 'return Step(', to: 'return Setp(' };
  const MASK = {
    actionMask: true,
    from: 'fn observe(',
    // Mask is not imported.
    to: 'fn action_mask(state: State) -> Mask { return Mask(true, false); }\nfn observe(',
  };

  test.each([
    ['observe', OBSERVE],
    ['observe, caught', { ...OBSERVE, caught: true }],
    ['action_mask', MASK],
    ['action_mask, caught', { ...MASK, caught: true }],
    ['step', STEP],
  ])('%s: one message, exit code 1, and nothing else', (_, given) => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { status, stdout } = program.run(`CASE='${JSON.stringify(given)}' $PROGRAM 2>&1`);
      expect(stdout).toMatch(/my\/typo\.wesl:\d+:\d+: /);
      expect(stdout.split('\n').length).toBeLessThan(25);
      expect(status).toBe(1);
    }
  });
});
