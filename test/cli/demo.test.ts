import { describe, expect, test } from 'vitest';
import { ShowProcess, screensOf } from './show-process';

const NEXT = [
  '',
  'CartPole-v1 is solved: a return of 487.25 ± 3.5 over 100 episodes,',
  'after 100,000 steps of training in 10.0 s.',
  '',
  'What to do next:',
  '  lockstep train Acrobot-v1  train on another environment, with a folder that',
  '                             keeps the run',
  '  lockstep watch FOLDER      watch what that run has learned',
  '  lockstep envs              list the environments',
  '  lockstep help train        list all settings',
];

/** A run of ten iterations, each of a second and 10,000 steps. */
function short(isTTY: boolean): ShowProcess {
  const fake = new ShowProcess(isTTY);
  fake.iterations = 10;
  fake.lengths = [3];
  return fake;
}

test('without a terminal it prints lines, and what to do next', async () => {
  const fake = short(false);
  expect(await fake.run('demo')).toBe(0);
  const { lines } = fake.stdout;
  expect(lines[0]).toBe('CartPole-v1 on pipe: compiling the kernels');
  expect(lines.filter((line) => /steps\/s/.test(line)).length).toBeGreaterThan(3);
  expect(lines.slice(-NEXT.length)).toEqual(NEXT);
  expect(fake.log).toEqual(['play CartPole-v1 with no policy', 'evaluate 100', 'destroy']);
  expect(fake.waited).toEqual([]);
  expect(fake.stderr.text).toBe('');
});

describe('in a terminal', () => {
  test('the agent is shown before, five times, and longer at the end', async () => {
    const fake = short(true);
    expect(await fake.run('demo')).toBe(0);
    const most = fake.played.map(({ maxSteps }) => maxSteps);
    expect(most).toEqual([80, 80, 80, 80, 80, 250]);
    const screens = screensOf(fake.stdout);
    const agents = screens.flatMap((screen) => /^the .*agent[^:]*/m.exec(screen) ?? []);
    expect([...new Set(agents)]).toEqual([
      'the untrained agent',
      'the agent after 20,000 steps',
      'the agent after 40,000 steps',
      'the agent after 60,000 steps',
      'the agent after 80,000 steps',
      'the trained agent',
    ]);
    expect(fake.stdout.lines.slice(-NEXT.length + 1)).toEqual(NEXT.slice(1));
  });

  test('the curve grows to the return, and the time is that of training alone', async () => {
    const fake = short(true);
    await fake.run('demo');
    const last = screensOf(fake.stdout).at(-1)!.split('\n');
    // Two frames of 40 ms and half a second behind the end, five times, do not count.
    expect(last[0]).toBe('return 500.0 after 100,000 steps, 10.0k steps/s');
    // 33 columns are 66 dots for 280,576 steps: from 50 after 10,000 steps, or 2.3 dots, to 500
    // after 100,000, or 23.2 dots. The dotted line is at 475.
    expect(last.slice(1, 10)).toEqual([
      '  500 ⡧  ⠤  ⠤  ⠤⢀⠎⠤  ⠤  ⠤  ⠤  ⠤  ⠤  ⠤',
      '      ⡇        ⡠⠃',
      '      ⡇      ⢠⠊',
      '      ⡇     ⡰⠁',
      '      ⡇   ⢀⠞',
      '      ⡇  ⡠⠃',
      '      ⡇⢀⠔⠁',
      '    0 ⣇⣁⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀',
      '      0 steps                   280,576',
    ]);
  });

  test('Ctrl-C gives the cursor back, stops and leaves the evaluation out', async () => {
    const fake = short(true);
    fake.beforeWait = (waits) => {
      if (waits === 5) fake.interrupt!('SIGINT');
    };
    expect(await fake.run('demo')).toBe(130);
    expect(fake.log).toEqual(['play CartPole-v1 with no policy', 'stop', 'destroy']);
    expect(fake.stdout.text.endsWith('\x1b[?25h')).toBe(true);
    expect(fake.closed).toBe(fake.played.length);
    expect(fake.interrupt).toBeUndefined();
  });
});
