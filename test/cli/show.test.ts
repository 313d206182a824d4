/** The commands that show episodes, in processes of their own on the device. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeGif } from '../drawing/decode-gif';
import { ensureBuilt, lockstep, shell, signalAt } from '../support/lockstep';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-show-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = join(folder, 'run');

const SHORT = '--num-envs 16 --num-steps 8 --total-timesteps 256 --episodes 3 --hidden-sizes 4';

beforeAll(async () => {
  ensureBuilt();
  const { code } = await lockstep(`train CartPole-v1 ${SHORT} --run-dir ${run} --quiet`);
  expect(code).toBe(0);
});

/** Steps of the episode in "episode 1: return 9 in 9 steps, the task ended". */
const stepsIn = (text: string): number =>
  Number(/episode 1: return (\d+) in \1 steps/.exec(text)![1]);

test('watch prints the episodes of a run folder where there is no terminal', async () => {
  const { code, stdout, stderr } = await lockstep(`watch ${run} --episodes 2 --sample`);
  expect(stdout).toMatch(
    /^episode 1: return \d+ in \d+ steps, the task ended\nepisode 2: .*\n2 episodes: return .*\n$/,
  );
  expect(stderr).toContain('standard output is not a terminal');
  expect(code).toBe(0);
});

test('record writes a moving picture of the same episode, and a sheet', async () => {
  const gif = join(folder, 'out.gif');
  const { code, stdout } = await lockstep(`record ${run} ${gif} --width 120`);
  expect(code).toBe(0);
  const { width, frames } = decodeGif(readFileSync(gif));
  expect(width).toBe(120);
  // Every second state from the first on, and the last.
  const steps = stepsIn(stdout);
  expect(frames.length).toBe(Math.ceil(steps / 2) + 1);
  const { stdout: watched } = await lockstep(`watch ${run} --episodes 1`);
  expect(stepsIn(watched)).toBe(steps);
  const png = join(folder, 'out.png');
  expect((await lockstep(`record ${run} ${png} --width 60 --dark`)).code).toBe(0);
  expect(decode(readFileSync(png)).width).toBe(3 * 62 - 2);
});

describe.runIf(process.platform === 'linux')('in a terminal', () => {
  /** The command in a terminal of its own. */
  const inTerminal = (line: string): string =>
    `script -qec 'stty cols 60 rows 20; $LOCKSTEP ${line}' /dev/null`;

  test('watch draws and ends', async () => {
    const { stdout, code } = await shell(inTerminal(`watch ${run} --episodes 1 --fps 200`));
    expect(code).toBe(0);
    expect(stdout).toContain('\x1b[?25l');
    expect(stdout).toMatch(/⣿[\s\S]*episode 1 of 1 {2}step 0/u);
    expect(stdout.lastIndexOf('\x1b[?25h')).toBeGreaterThan(stdout.lastIndexOf('step '));
    expect(stdout).toMatch(/1 episode: return \d+ ± 0\r\n$/);
  });

  test('NO_COLOR is respected', async () => {
    const colored = await shell(inTerminal(`watch ${run} --episodes 1 --fps 1000`));
    expect(colored.stdout).toContain('\x1b[94m');
    const env = { NO_COLOR: '1' };
    const plain = await shell(inTerminal(`watch ${run} --episodes 1 --fps 1000`), { env });
    expect(plain.stdout).toContain('⣿');
    expect(plain.stdout).not.toContain('\x1b[94m');
  });
});

test('Ctrl-C ends a demo in good order', async () => {
  const steps = [signalAt(/steps\/s/, 'SIGINT')];
  const { code, stderr } = await shell('exec $LOCKSTEP demo >&2', { steps });
  expect(stderr).toContain('CartPole-v1 on ');
  expect([code, /What to do next/.test(stderr)]).toEqual([130, false]);
});
