/** Environments that loop without end, each in a process of its own, which a sentence must end. */
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import { cartpole } from '../../src/environments/cartpole';
import { createTrainer } from '../../src/trainer/create-trainer';
import { ChildProgram } from '../support/child';
import { openTestGpu } from '../support/gpu';
import { SMALL } from './training';

const program = new ChildProgram(`
  import { defineEnvironment } from './src/environments/definition';
  import { requestNodeGpu } from './src/node/dawn';
  import { createTrainer } from './src/trainer/create-trainer';
  import { loopingModule } from './test/support/loops';

  const { use, reset, step, caught, hiddenSizes } = JSON.parse(process.env.CASE);
  const gpu = await requestNodeGpu();
  const environment = defineEnvironment({
    id: 'Loop-v0',
    source: 'made up for the tests',
    observation: [{ name: 'one', low: 0, high: 1 }],
    action: { type: 'discrete', n: 2 },
    maxEpisodeSteps: null,
    shader: loopingModule(reset, step),
    file: 'my/loop.wesl',
  });
  const sizes = { numEnvs: 4, numSteps: 8, numMinibatches: 1, updateEpochs: 1 };
  const config = { ...sizes, totalTimesteps: 640, hiddenSizes };
  const run = async () => {
    const trainer = await createTrainer({ gpu, environment, config, stallTimeout: 1000 });
    if (use === 'evaluate') await trainer.evaluate();
    for await (const { iteration } of trainer) console.log('iteration', iteration);
  };
  if (!caught) await run();
  else {
    await run().catch((error) => console.log(error.name, error.message));
    await run().catch((error) => console.log(error.name, error.message));
    gpu.destroy();
    process.exit(3);
  }
`);
afterAll(() => program.remove());

interface Case {
  readonly use: 'train' | 'evaluate';
  readonly reset: string;
  readonly step: string;
  readonly caught?: boolean;
  readonly hiddenSizes: readonly number[];
}

const FINE = { use: 'train', reset: 'random(rng)', step: 'return Step(1.0, false);' } as const;
const SPINS = 'return Step(spin((*state).t), true);';
const run = (given: Case) => program.run(`CASE='${JSON.stringify(given)}' $PROGRAM 2>&1`);

const message = (functions: string): RegExp =>
  new RegExp(
    `GpuError: my/loop\\.wesl: ${functions} may loop without end: ` +
      'the device has not come back for \\d+ s \\(stallTimeout\\)',
  );

describe.each([
  ['layered', [4]],
  ['fused', [4, 4]],
])('%s kernels', (_, hiddenSizes) => {
  test('a reset that does not end rejects createTrainer', () => {
    const { status, stdout } = run({ ...FINE, hiddenSizes, reset: 'spin(random(rng))' });
    expect(stdout).toMatch(message('reset'));
    expect(status).toBe(1);
  });

  test('a step that does not end rejects the loop', () => {
    const { status, stdout } = run({ ...FINE, hiddenSizes, step: SPINS });
    expect(stdout).toMatch(message('step, or the reset behind an ending,'));
    expect(status).toBe(1);
  });

  test('a step that does not end in a later iteration rejects the loop', () => {
    const step = `if ((*state).t > 20.0) { ${SPINS} } return Step(1.0, false);`;
    const { status, stdout } = run({ ...FINE, hiddenSizes, step });
    expect(stdout).toContain('iteration 2');
    expect(stdout).not.toContain('iteration 4');
    expect(stdout).toMatch(message('step, or the reset behind an ending,'));
    expect(status).toBe(1);
  });

  test('a step that does not end rejects an evaluation', () => {
    const { status, stdout } = run({ ...FINE, hiddenSizes, use: 'evaluate', step: SPINS });
    expect(stdout).toMatch(message('reset, step or observe'));
    expect(status).toBe(1);
  });
});

test('the device is of no use afterwards, says so, and holds up no process', () => {
  const { status, stdout } = run({ ...FINE, hiddenSizes: [4], caught: true, step: SPINS });
  const lines = stdout.split('\n').filter((line) => line.startsWith('GpuError'));
  expect(lines.length).toBe(2);
  expect(lines[1]).toBe(lines[0]);
  expect(status).toBe(3);
});

test.each([0, -1, Number.NaN, '5'])('a time limit of %o is refused', async (stallTimeout) => {
  const gpu = await openTestGpu();
  const options = { gpu, environment: cartpole, config: SMALL };
  const error = new ConfigError([
    `stallTimeout is ${stallTimeout}; it must be a positive number of milliseconds, or Infinity`,
  ]);
  const created = createTrainer({ ...options, stallTimeout: stallTimeout as number });
  await expect(created).rejects.toThrow(error);
});
