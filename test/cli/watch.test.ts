import { describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { defineEnvironment } from '../../src/environments/definition';
import { COLORS, ShowProcess, screensOf } from './show-process';

const SHOW_CURSOR = '\x1b[?25h';

describe('in a terminal', () => {
  test('every state is drawn in the place of the one before, with a caption', async () => {
    const fake = new ShowProcess(true);
    expect(await fake.run('watch run.safetensors')).toBe(0);
    const screens = screensOf(fake.stdout);
    // Three and two steps, each with the state behind them.
    expect(screens.length).toBe(4 + 3);
    expect(screens[0]!.split('\n').slice(-3)).toEqual([
      '',
      'episode 1 of 3  step 0  return 0  push left',
      '',
    ]);
    expect(screens[3]).toContain('episode 1 of 3  step 3  return 3  the task ended\n');
    expect(screens[5]).toContain('episode 2 of 3  step 1  return 1  push right\n');
    expect(screens[6]).toContain('step 2  return 2  the time limit ended it\n');
    // 39 columns are 78 dots for 5.9 m; 1.85 m are 24 dots, or 6 rows. The cart is in the middle.
    expect(screens[0]!.split('\n').slice(0, 7)).toEqual([
      '                   ⣀',
      '                   ⣿',
      '                   ⣿',
      '   ⢠              ⣀⣿⣀              ⡄',
      ' ⠉⠉⠹⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠛⠛⠛⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠏⠉⠉',
      '                ⠘⠓⠒⠂',
      '',
    ]);
    // 0.1 m per step are 4 dots, or two columns, after three.
    expect(screens[3]!.split('\n')[0]!.trimEnd().length).toBe(22);
    expect(fake.stdout.text).toMatch(/2 episodes: return 2\.5 ± 0\.5\n$/);
  });

  test('the cursor is hidden meanwhile', async () => {
    const fake = new ShowProcess(true);
    await fake.run('watch run.safetensors');
    expect(fake.stdout.text.startsWith('\x1b[?25l')).toBe(true);
    expect(fake.stdout.text.split(SHOW_CURSOR).length).toBe(2);
    expect(fake.stdout.text.indexOf(SHOW_CURSOR)).toBeGreaterThan(
      fake.stdout.text.indexOf('the time limit'),
    );
    expect(fake.interrupt).toBeUndefined();
  });

  test('steps are as fast as in the environment, and ends are shown longer', async () => {
    const fake = new ShowProcess(true);
    await fake.run('watch run.safetensors');
    expect(fake.waited).toEqual([20, 20, 20, 1000, 20, 20, 1000]);
    const slow = new ShowProcess(true);
    await slow.run('watch run.safetensors --fps 4');
    expect(slow.waited).toEqual([250, 250, 250, 1000, 250, 250, 1000]);
    const fast = new ShowProcess(true);
    fast.lengths = [5];
    await fast.run('watch run.safetensors --fps 100');
    // Every second step, for 20 ms; and the last state.
    expect(fast.waited).toEqual([20, 20, 20, 1000]);
  });

  test('Ctrl-C gives the cursor back at once, and ends', async () => {
    const fake = new ShowProcess(true);
    let written = '';
    fake.beforeWait = (waits) => {
      if (waits !== 1) return;
      fake.interrupt!('SIGINT');
      written = fake.stdout.text;
    };
    expect(await fake.run('watch run.safetensors')).toBe(130);
    expect(written.endsWith(SHOW_CURSOR)).toBe(true);
    expect(fake.waited.length).toBe(2);
    expect(fake.closed).toBe(1);
    expect(fake.log.at(-1)).toBe('destroy');
    expect(fake.stdout.text).toBe(written);
    expect(fake.stderr.lines.at(-1)).toBe('SIGINT: finishing; Ctrl-C again quits at once');
  });

  test('a second signal ends the process', async () => {
    const fake = new ShowProcess(true);
    fake.beforeWait = () => {
      fake.interrupt!('SIGTERM');
      fake.interrupt!('SIGINT');
    };
    await fake.run('watch run.safetensors');
    expect(fake.log).toContain('exit 130');
  });

  test('colors are for terminals that have them', async () => {
    const [plain, colored] = [new ShowProcess(true), new ShowProcess(true, true)];
    await plain.run('watch run.safetensors');
    await colored.run('watch run.safetensors');
    expect(plain.stdout.text).not.toMatch(COLORS);
    expect(colored.stdout.text).toContain('\x1b[94m');
  });
});

test('without a terminal there is a line for each episode, and a word about pictures', async () => {
  const fake = new ShowProcess(false);
  expect(await fake.run('watch runs/one')).toBe(0);
  expect(fake.stderr.text).toBe(
    'CartPole-v1 on pipe\n' +
      'standard output is not a terminal, so nothing is drawn; lockstep record runs/one out.gif ' +
      'makes a picture\n',
  );
  expect(fake.stdout.lines).toEqual([
    'episode 1: return 3 in 3 steps, the task ended',
    'episode 2: return 2 in 2 steps, the time limit ended it',
    '2 episodes: return 2.5 ± 0.5',
  ]);
  expect(fake.waited).toEqual([]);
});

test('params are those of the command line', async () => {
  const fake = new ShowProcess(false);
  const GRAVITY = { low: 9, high: 10 };
  fake.environment = defineEnvironment({ ...cartpole, params: { ...cartpole.params, GRAVITY } });
  await fake.run('watch run.safetensors --param GRAVITY=1.6');
  expect(fake.played[0]!.params).toEqual({ GRAVITY: 1.6 });
});

describe('the policy', () => {
  test('plays greedily unless samples are wanted', async () => {
    const fake = new ShowProcess(false);
    await fake.run('watch run.safetensors');
    fake.config = { ...fake.config, numAgents: 3 };
    await fake.run('watch run.safetensors --sample --episodes 7 --agent 2');
    expect(fake.played).toEqual([
      { episodes: 3, greedy: true, agent: 0 },
      { episodes: 7, greedy: false, agent: 2 },
    ]);
    expect(fake.log[1]).toBe('play CartPole-v1 with 7');
  });

  test('must have the wanted agent', async () => {
    const fake = new ShowProcess(false);
    expect(await fake.run('watch run.safetensors --agent 1')).toBe(2);
    fake.config = { ...fake.config, numAgents: 3 };
    expect(await fake.run('watch run.safetensors --agent 3')).toBe(2);
    expect(fake.stderr.lines).toEqual([
      'lockstep: --agent 1: run.safetensors has one agent, 0',
      'lockstep: --agent 3: run.safetensors has 3 agents, 0 to 2',
    ]);
  });

  test('comes from a file that can be read', async () => {
    const fake = new ShowProcess(false);
    fake.badFiles['no.safetensors'] = 'cannot be read: ENOENT';
    expect(await fake.run('watch no.safetensors')).toBe(2);
    expect(fake.stderr.text).toBe('lockstep: no.safetensors: cannot be read: ENOENT\n');
    expect(await fake.run('watch')).toBe(2);
    expect(fake.stderr.lines.at(-1)).toBe(
      'lockstep: lockstep watch needs a checkpoint, a policy file, or the folder of a run',
    );
  });
});

describe('a module of the user', () => {
  test('draws the environment in which the policy was trained', async () => {
    const fake = new ShowProcess(true);
    const { view } = cartpole.draw!(
      { position: 0, angle: 0 },
      {
        ...{ observation: [], action: undefined, reward: undefined },
      },
    );
    const text = { type: 'text', at: [0, 0], text: 'own', height: 0.2, color: 'ink' } as const;
    fake.module = { ...cartpole, draw: () => ({ view, shapes: [text] }) };
    expect(await fake.run('watch run.safetensors ./my.mjs')).toBe(0);
    expect(fake.log.slice(0, 3)).toEqual([
      'read: run.safetensors',
      'import: ./my.mjs',
      'play CartPole-v1 with 7',
    ]);
    expect(screensOf(fake.stdout).every((screen, index) => index === 7 || /own/.test(screen))).toBe(
      true,
    );
  });

  test('is refused if it has another action mask', async () => {
    const fake = new ShowProcess(false);
    fake.module = { ...cartpole, actionMask: true };
    expect(await fake.run('watch run.safetensors ./my.mjs')).toBe(2);
    expect(fake.stderr.text).toMatch(/CartPole-v1, in actionMask$/m);
  });

  test('is refused if its environment is another one', async () => {
    const fake = new ShowProcess(false);
    fake.module = { ...cartpole, id: 'Other-v0', params: { SIZE: 2 } };
    expect(await fake.run('watch run.safetensors ./my.mjs')).toBe(2);
    expect(fake.stderr.text).toBe(
      'lockstep: ./my.mjs: its environment Other-v0 differs from the one that the policy was ' +
        'trained in, CartPole-v1, in id, params\n',
    );
  });

  test('alone is played by an untrained policy', async () => {
    const fake = new ShowProcess(false);
    expect(await fake.run('watch ./my.mjs')).toBe(0);
    expect(fake.log).toEqual(['import: ./my.mjs', 'play CartPole-v1 with no policy', 'destroy']);
  });
});

test.each([
  ['watch run.safetensors', 'CartPole-v1 on pipe'],
  ['eval run.safetensors', 'CartPole-v1 on pipe'],
  ['eval run.safetensors --quiet', undefined],
  ['demo', undefined],
])('%s names the adapter, and a GPU that is idle', async (command, named) => {
  const fake = new ShowProcess(true);
  fake.warnings = ['a GPU is idle'];
  await fake.run(command);
  const { lines } = fake.stderr;
  expect(lines[0]).toBe(named ?? 'warning: a GPU is idle');
  expect(lines.filter((line) => line === 'warning: a GPU is idle')).toHaveLength(1);
});
