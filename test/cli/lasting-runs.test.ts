/** Runs of the command: kept, killed, continued, played again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeConfig } from '../../src/config/defaults';
import { decodeCheckpoint } from '../../src/trainer/checkpoint';
import { BITS, brokenWorld, firstNames } from '../support/broken-world';
import { type CommandOptions, ensureBuilt, lockstep } from '../support/lockstep';

beforeAll(ensureBuilt);
const root = mkdtempSync(join(tmpdir(), 'lockstep-lasting-'));
afterAll(() => rmSync(root, { recursive: true }));

const SIZES = '--num-envs 16 --num-steps 8 --total-timesteps 5120 --episodes 3 --hidden-sizes 7,5';
const run = (line: string, options: CommandOptions = {}) =>
  lockstep(line, { cwd: root, ...options });
const newest = (folder: string): string => {
  const names = readdirSync(join(root, folder, 'checkpoints'));
  return join(
    root,
    folder,
    'checkpoints',
    names
      .filter((name) => /^it/.test(name))
      .sort()
      .at(-1)!,
  );
};

/** The tensors of the newest checkpoint, and the counters but for the clock. */
function endOf(folder: string) {
  const { snapshot } = decodeCheckpoint(readFileSync(newest(folder)));
  const { tensors, counters } = snapshot;
  const words = Object.entries(tensors).map(([name, { data }]) => [
    name,
    new Uint32Array(data.buffer, data.byteOffset, data.length),
  ]);
  return { words, iteration: counters.iteration, recent: counters.recentEpisodes };
}

/** The lines of metrics without what depends on the clock. */
function metricsOf(folder: string): string[] {
  const lines = readFileSync(join(root, folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => {
    const {
      seconds: _,
      'charts/SPS': __,
      'charts/host_milliseconds': ___,
      ...rest
    } = JSON.parse(line);
    return JSON.stringify(rest);
  });
}

/** Preloaded by Node: the process that trains kills itself once it has written this checkpoint. */
const KILL_AFTER_CHECKPOINT = `
  import { promises } from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { rename } = promises;
  promises.rename = async (from, to) => {
    await rename(from, to);
    if (to.endsWith('iteration-000020.safetensors')) process.kill(process.pid, 'SIGKILL');
  };
  syncBuiltinESMExports();
`;

describe('a run that is killed after a checkpoint', () => {
  test.each([
    ['discrete', 'CartPole-v1', '--target-kl 0.02 --anneal-ent cosine'],
    [
      'continuous',
      'Pendulum-v1',
      '--norm-obs --norm-reward --anneal-lr kl-adaptive --num-agents 4',
    ],
  ])('continues as if it had not been: %s', async (name, environment, flags) => {
    const line = `train ${environment} ${SIZES} ${flags} --save-interval 20`;
    const whole = await run(`${line} --run-dir ${name}-whole`);
    expect(whole.code).toBe(0);
    const folder = `${name}-killed`;
    const preload = `data:text/javascript,${encodeURIComponent(KILL_AFTER_CHECKPOINT)}`;
    const killed = await run(`${line} --run-dir ${folder}`, {
      env: { NODE_OPTIONS: `--import=${preload}` },
    });
    expect(killed.stderr).toContain('the run was ended by SIGKILL');
    expect(killed.code).toBe(128 + constants.signals.SIGKILL);
    const resumed = await run(`train --resume ${folder} --episodes 3`);
    expect(resumed.stderr).toContain(`continue later: lockstep train --resume ${folder}`);
    expect(resumed.code).toBe(0);
    expect(endOf(folder)).toEqual(endOf(`${name}-whole`));
    expect(metricsOf(folder)).toEqual(metricsOf(`${name}-whole`));
    expect(metricsOf(folder).length).toBe(40);
  });
});

describe('a run that ends early on purpose', () => {
  test('has a checkpoint of just that iteration, from which it goes on', async () => {
    const line = `train CartPole-v1 ${SIZES} --run-dir early`;
    const first = await run(`${line} --stop-after-iterations 7`);
    expect(first.stderr).toMatch(
      /stopped by --stop-after-iterations; continue this run: lockstep train --resume early$/m,
    );
    expect(endOf('early').iteration).toBe(7);
    const changed = await run(
      'train --resume early --learning-rate 1e-4 --total-timesteps 6400 --stop-after-iterations 9',
    );
    expect(changed.stderr).toMatch(/^learningRate: .* → 0\.0001$/m);
    expect(changed.stderr).toMatch(/^totalTimesteps: 5120 → 6400$/m);
    expect(readFileSync(join(root, 'early', 'notes.jsonl'), 'utf8')).toContain('→ 0.0001');
    expect(endOf('early').iteration).toBe(9);
  });

  test('can be begun anew from one of its files, in a folder of its own', async () => {
    const forked = await run(`train --resume ${newest('early')} --run-dir fork --episodes 1`);
    expect(forked.code).toBe(0);
    expect(metricsOf('fork').length).toBe(50 - 9);
    expect(metricsOf('early').length).toBe(9);
  });

  test.each([
    ['--resume early --num-envs 32', /numEnvs is 16 and cannot change to 32 when a run is resumed/],
    [
      '--resume fork',
      /--resume fork: the run has taken 6400 of 6400 timesteps; to continue, raise --total/,
    ],
    ['--resume nowhere', /--resume nowhere: cannot be read: ENOENT/],
    ['--resume early --load x', /--load cannot be combined with --resume/],
    ['Acrobot-v1 --resume early', /environment Acrobot-v1 differs from that of the checkpoint/],
    ['CartPole-v1 --run-dir early', /early: cannot be made: it is not empty/],
    ['CartPole-v1 --run-dir /dev/null/x', /cannot be made: ENOTDIR/],
  ])('%s is refused', async (flags, message) => {
    const { code, stderr } = await run(`train ${flags}`);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test('stops at a return, and after a time', async () => {
    const reached = await run(`train CartPole-v1 ${SIZES} --run-dir return --stop-at-return 5`);
    expect(reached.stderr).toContain('stopped by --stop-at-return;');
    const late = await run(`train CartPole-v1 ${SIZES} --run-dir time --time-limit 0.001`);
    expect(late.stderr).toContain('stopped by --time-limit;');
    expect(endOf('time').iteration).toBe(1);
  });
});

describe('a number that is not finite', () => {
  const STEPS = 64;
  const ENVIRONMENTS = 9;
  const namesOf = (seed: number): number[] =>
    firstNames(completeConfig({}, { seed, numEnvs: ENVIRONMENTS }), 0);
  /** The first seed with which environment 7 draws the highest name of all. */
  const seed = Array.from({ length: 1000 }, (_, index) => index).find((each) => {
    const names = namesOf(each);
    return names.indexOf(Math.max(...names)) === 7;
  })!;
  const struck = namesOf(seed)
    .toSorted((a, b) => a - b)
    .at(-1)!;
  const world = brokenWorld({ quantity: 'reward', bits: BITS.NaN, first: 1000, last: 1e9, struck });
  const sizes =
    `--num-envs ${ENVIRONMENTS} --num-steps ${STEPS} --num-minibatches 2 --hidden-sizes 7 ` +
    `--total-timesteps 100000 --seed ${seed} --episodes 1 --max-skipped-updates 30`;

  test('is found again: its iteration, agent, environment and step', async () => {
    writeFileSync(join(root, 'world.mjs'), `export default ${JSON.stringify(world)};\n`);
    const broken = await run(`train ./world.mjs ${sizes} --run-dir broken`);
    expect(broken.code).toBe(1);
    const [, command] = /to replay .*: lockstep (.*)$/m.exec(broken.stderr)!;
    const iteration = Math.ceil(1000 / STEPS);
    const played = await run(command!);
    const at = 1000 - (iteration - 1) * STEPS;
    expect(played.stdout).toMatch(
      new RegExp(
        `^iteration ${iteration}, agent 0, environment 7, step 1000 ` +
          `\\(step ${at} of the iteration\\): reward is NaN\n`,
      ),
    );
    expect(played.code).toBe(0);
  });

  test('is not found in an iteration without one', async () => {
    const line = `train ./world.mjs ${sizes} --run-dir sound --stop-after-iterations 2`;
    await run(line);
    const { stdout } = await run('replay sound');
    expect(stdout).toBe('iteration 3: all numbers are finite\n');
  });
});
