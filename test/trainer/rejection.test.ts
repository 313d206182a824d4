/** createTrainer rejects only when nothing compiles any more: a process that ends then must not crash. */
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { LimitError } from '../../src/gpu/arena';
import { Kernel } from '../../src/gpu/kernel';
import { ShaderError } from '../../src/gpu/program';
import { clock } from '../rollout/clock';
import { ChildProgram } from '../support/child';
import { openTestGpu } from '../support/gpu';
import { smallTrainer } from './training';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('when it rejects, no kernel compiles', () => {
  /** Compilations under way; each takes a while longer than it would. */
  async function countCompilations(): Promise<() => number> {
    const { device } = await openTestGpu();
    const compile = device.createComputePipelineAsync.bind(device);
    let running = 0;
    vi.spyOn(device, 'createComputePipelineAsync').mockImplementation(async (descriptor) => {
      running += 1;
      const pipeline = await compile(descriptor);
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      return pipeline;
    });
    return () => running;
  }

  test('for a mistake in the module', async () => {
    const running = await countCompilations();
    const shader = clock.shader.replace('state.name, state.steps', 'state.name, state.stesp');
    const error = await smallTrainer({}, { ...clock, shader }).catch((reason: unknown) => reason);
    expect(running()).toBe(0);
    expect(error).toBeInstanceOf(ShaderError);
    expect((error as ShaderError).message).toMatch(/struct member stesp not found/);
  });

  /** Throws at this dispatch that is recorded from now on, 1 …; returns how many there were. */
  function limitDispatches(most: number): () => number {
    const dispatch = Kernel.prototype.dispatch;
    let dispatches = 0;
    vi.spyOn(Kernel.prototype, 'dispatch').mockImplementation(function (this: Kernel, options) {
      dispatches += 1;
      if (dispatches === most) throw new LimitError('too many workgroups');
      return dispatch.call(this, options);
    });
    return () => dispatches;
  }

  test('for a limit that is met while kernels are recorded', async () => {
    const running = await countCompilations();
    const dispatches = limitDispatches(10);
    await expect(smallTrainer({}, clock)).rejects.toThrow('too many workgroups');
    expect(dispatches()).toBe(10);
    expect(running()).toBe(0);
  });

  test.each([
    ['that is called off', false],
    ['that meets a limit', true],
  ])('for an evaluation %s', async (_, limited) => {
    const trainer = await smallTrainer({ hiddenSizes: [7, 5] }, clock);
    const running = await countCompilations();
    const controller = new AbortController();
    if (limited) limitDispatches(4);
    const evaluation = trainer.evaluate({ signal: controller.signal });
    if (!limited) controller.abort(new Error('called off'));
    await expect(evaluation).rejects.toThrow(limited ? 'too many workgroups' : 'called off');
    expect(running()).toBe(0);
    trainer.destroy();
  });
});

describe('a process that a mistake in a module ends', () => {
  const program = new ChildProgram(`
    import { defineEnvironment } from './src/environments/definition';
    import { requestNodeGpu } from './src/node/dawn';
    import { createTrainer } from './src/trainer/trainer';
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
