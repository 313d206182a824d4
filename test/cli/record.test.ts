import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { defineEnvironment } from '../../src/environments/definition';
import { ShowProcess } from './show-process';

test('a moving picture gets the states of the episodes', async () => {
  const fake = new ShowProcess(false);
  expect(await fake.run('record run.safetensors out.gif --episodes 2')).toBe(0);
  expect(fake.played).toEqual([{ episodes: 2, greedy: true, agent: 0 }]);
  const { frames, options } = fake.recorded!;
  expect(frames.map(({ episode, step, ending }) => [episode, step, ending])).toEqual([
    ...[0, 1, 2].map((step) => [0, step, undefined]),
    [0, 3, 'terminated'],
    ...[0, 1].map((step) => [1, step, undefined]),
    [1, 2, 'truncated'],
  ]);
  expect(options).toEqual({ width: 360, theme: 'light', stepsPerSecond: 50 });
  expect(fake.log).toEqual([
    'read: run.safetensors',
    'check: out.gif',
    'play CartPole-v1 with 7',
    'write 1500: out.gif',
    'destroy',
  ]);
  expect(fake.stdout.text).toBe('out.gif: 2 kB; 2 episodes: return 2.5 ± 0.5\n');
});

test('flags change it', async () => {
  const fake = new ShowProcess(false);
  fake.lengths = [4];
  await fake.run('record run.safetensors Out.GIF --fps 7 --width 111 --dark --sample');
  expect(fake.recorded!.options).toEqual({ width: 111, theme: 'dark', stepsPerSecond: 7 });
  expect(fake.played[0]).toMatchObject({ episodes: 1, greedy: false });
  expect(fake.stdout.text).toBe('Out.GIF: 2 kB; episode 1: return 4 in 4 steps, the task ended\n');
});

test('params are those of the command line', async () => {
  const fake = new ShowProcess(false);
  const GRAVITY = { low: 9, high: 10 };
  fake.environment = defineEnvironment({ ...cartpole, params: { ...cartpole.params, GRAVITY } });
  await fake.run('record run.safetensors out.gif --param GRAVITY=1.6');
  expect(fake.played[0]!.params).toEqual({ GRAVITY: 1.6 });
});

test('a sheet shows one episode in smaller pictures', async () => {
  const fake = new ShowProcess(false);
  fake.lengths = [4];
  await fake.run('record run.safetensors sheet.png');
  expect(fake.recorded!.options.width).toBe(240);
  expect(fake.log).toContain('write 1500: sheet.png');
});

test('a module of the user draws', async () => {
  const fake = new ShowProcess(false);
  await fake.run('record run.safetensors out.gif ./my.mjs');
  expect(fake.log).toContain('import: ./my.mjs');
});

test('only a minute is recorded', async () => {
  const fake = new ShowProcess(false);
  fake.lengths = [200];
  await fake.run('record run.safetensors out.gif --fps 2');
  expect(fake.recorded!.frames.length).toBe(2 * 60);
  expect(fake.stderr.lines.slice(1)).toEqual(['only the first 60 s are recorded']);
  expect(fake.stdout.text).toBe('out.gif: 2 kB\n');
  expect(fake.closed).toBe(1);
  const exact = new ShowProcess(false);
  // With the state behind the last step.
  exact.lengths = [119];
  await exact.run('record run.safetensors out.gif --fps 2');
  expect(exact.recorded!.frames.length).toBe(2 * 60);
  expect(exact.stderr.lines.slice(1)).toEqual([]);
});

test('Ctrl-C writes nothing', async () => {
  const fake = new ShowProcess(false);
  const lengths = [3, 2];
  // The first length is asked for when the episode begins.
  fake.lengths = new Proxy(lengths, {
    get: (target, key) => {
      if (key === '0') fake.interrupt?.('SIGINT');
      return Reflect.get(target, key);
    },
  });
  expect(await fake.run('record run.safetensors out.gif')).toBe(130);
  expect(fake.log.some((line) => line.startsWith('write'))).toBe(false);
  expect(fake.stderr.lines.at(-1)).toBe('SIGINT: finishing; Ctrl-C again quits at once');
  expect(fake.interrupt).toBeUndefined();
});

describe('what cannot be recorded is refused before anything is opened', () => {
  test.each([
    ['out.jpg', 'out.jpg: the file must end in .gif or .png'],
    ['gif', 'gif: the file must end in .gif or .png'],
    ['out.png --episodes 2', '--episodes 2: a .png shows one episode; a .gif can show several'],
    ['full.gif', 'full.gif: cannot be written: ENOSPC'],
    ['out.gif --width 20', '--width 20: the width in pixels must be an integer from 40 to 4000'],
    [
      'out.gif --fps fast',
      '--fps fast: the number of steps per second must be an integer from 1 to 1000',
    ],
  ])('%s', async (words, message) => {
    const fake = new ShowProcess(false);
    fake.badFiles['full.gif'] = 'cannot be written: ENOSPC';
    expect(await fake.run(`record run.safetensors ${words}`)).toBe(2);
    expect(fake.stderr.text).toBe(`lockstep: ${message}\n`);
    expect(fake.log.some((line) => line.startsWith('play'))).toBe(false);
  });
});

test('a file that cannot be written after all fails', async () => {
  const full = new ShowProcess(false);
  // The disk fills up while the policy plays.
  Object.defineProperty(full.badFiles, 'out.gif', {
    get: () => (full.recorded ? 'cannot be written: ENOSPC' : undefined),
  });
  expect(await full.run('record run.safetensors out.gif')).toBe(1);
  expect(full.stderr.lines.at(-1)).toBe('lockstep: out.gif: cannot be written: ENOSPC');
});

test('the adapter is named, and a GPU that is idle', async () => {
  const fake = new ShowProcess(false);
  fake.warnings = ['a GPU is idle'];
  await fake.run('record run.safetensors out.gif');
  expect(fake.stderr.lines).toEqual(['CartPole-v1 on pipe', 'warning: a GPU is idle']);
});
