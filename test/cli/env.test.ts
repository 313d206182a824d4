/** `lockstep env`: a world of the user's own begins, is tried out, and goes wrong. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt, lockstep, shell } from '../support/lockstep';
import { loopingModule } from '../support/loops';
import { outsideFolder } from '../support/outside-folder';

const root = outsideFolder('env');
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(ensureBuilt);

const run = (line: string) => lockstep(line, { cwd: root });
const file = (...names: string[]): string => join(root, ...names);

test('a new environment is written, keeps the contract, passes its test and trains', async () => {
  const { code, stdout } = await run('env new red-rail');
  expect(stdout).toBe(
    `${[
      'red-rail/red-rail.wesl',
      'red-rail/red-rail.mjs',
      'red-rail/red-rail.test.mjs',
      '',
      'try it out:  lockstep env check red-rail',
      'test it:     node --test red-rail',
      'train it:    lockstep train ./red-rail/red-rail.mjs',
    ].join('\n')}\n`,
  );
  expect(code).toBe(0);
  const checked = await run('env check red-rail');
  expect(checked.stdout).toMatch(/^random policy +return [\d.]+ ± [\d.]+\n/);
  expect(checked.stdout).toMatch(/\nspeed +[\d,]+ steps\/s of 1,024 environments/);
  expect(checked.stdout).toMatch(/\n\nthe environment keeps the contract\n$/);
  expect(checked.stderr).toContain('RedRail-v0 on ');
  expect(checked.code).toBe(0);
  const picture = readFileSync(file('red-rail', 'red-rail.check.png'));
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  const tested = await shell('node --test red-rail', { cwd: root });
  expect(tested.stdout).toMatch(/^# pass 2$/m);
  expect(tested.code).toBe(0);
  const sizes = '--num-envs 4 --num-steps 8 --total-timesteps 64 --episodes 2 --json';
  const trained = await run(`train ./red-rail/red-rail.mjs ${sizes}`);
  expect(JSON.parse(trained.stdout)).toMatchObject({ environment: 'RedRail-v0', timesteps: 64 });
});

describe('a world that is wrong', () => {
  const begin = async (name: string): Promise<string> => {
    await run(`env new ${name}`);
    return readFileSync(file(name, `${name}.wesl`), 'utf8');
  };
  const write = (name: string, text: string): void =>
    writeFileSync(file(name, `${name}.wesl`), text);

  test('out of its bounds has one sentence for each', async () => {
    const text = await begin('wide');
    write('wide', text.replace('Observation(state.place)', 'Observation(3.0 * state.place)'));
    const { code, stdout } = await run('env check wide --json --out wide.png');
    const { problems } = JSON.parse(stdout);
    expect(problems).toEqual([
      expect.stringMatching(/^place falls to -[\d.]+, below its bound low = -1\.1$/),
      expect.stringMatching(/^place rises to [\d.]+, above its bound high = 1\.1$/),
    ]);
    expect(code).toBe(1);
    expect(readFileSync(file('wide.png')).length).toBeGreaterThan(100);
  });

  test('in its module names file and line', async () => {
    const text = await begin('typo');
    write('typo', text.replace('MOVE * direction', 'MOVE * directon'));
    const { code, stderr } = await run('env check typo');
    expect(stderr).toMatch(/typo\.wesl:\d+:\d+: unresolved identifier 'directon'/);
    expect(code).toBe(2);
  });

  test('when it is drawn keeps its findings', async () => {
    await begin('blank');
    const path = file('blank', 'blank.mjs');
    const description = readFileSync(path, 'utf8');
    const pencil = "const pencil = () => { throw new Error('no pencil'); };\n";
    const drawing = description.replace('({ place }) => ({', '({ place }) => pencil() ?? ({');
    expect(drawing).not.toBe(description);
    writeFileSync(path, drawing.replace('export const', `${pencil}export const`));
    const { code, stdout, stderr } = await run('env check blank');
    expect(stdout).toContain('the environment keeps the contract');
    expect(stderr).toContain('no pencil');
    expect(code).not.toBe(0);
    const { stderr: refused } = await run('env check blank --out nowhere/blank.png');
    expect(refused).toContain('nowhere/blank.png');
    expect(refused).not.toContain('Blank-v0 on ');
  });

  test('in its description names file and line, too', async () => {
    await begin('odd');
    const path = file('odd', 'odd.mjs');
    const description = readFileSync(path, 'utf8');
    const check = async (from: string, to: string): Promise<string> => {
      writeFileSync(path, description.replace(from, to));
      return (await run('env check odd')).stderr;
    };
    const line = description.split('\n').findIndex((text) => text.includes('maxEpisodeSteps'));
    expect(await check('maxEpisodeSteps: 50', 'maxEpisodeSteps 50')).toMatch(
      new RegExp(`odd\\.mjs:${line + 1}: cannot be imported: Unexpected number`),
    );
    expect(await check('maxEpisodeSteps: 50', 'maxEpisodeSteps: FIFTY')).toMatch(
      new RegExp(`odd\\.mjs:${line + 1}:\\d+: cannot be imported: FIFTY is not defined`),
    );
    // What defineEnvironment finds stands at its call.
    expect(await check('maxEpisodeSteps: 50', 'maxEpisodeSteps: 0')).toMatch(
      /odd\.mjs:\d+:\d+: environment Odd-v0: maxEpisodeSteps must be an integer/,
    );
  });

  test('in a loop without end is a message', async () => {
    await begin('round');
    const spins = loopingModule('random(rng)', 'return Step(spin((*state).t), true);');
    write('round', spins);
    const { code, stderr } = await run('env check round');
    expect(stderr).toMatch(
      /round\.wesl: step, or the reset behind an ending, may loop without end/,
    );
    expect(code).toBe(1);
  });
});

test.each([
  ['env new', 'lockstep env needs new and a name, or check and an environment'],
  ['env look here', 'lockstep env look: it must be new or check'],
  ['env new My_World', 'lockstep env new My_World: a name consists of lowercase letters,'],
  ['env new node_modules', 'lockstep env new node_modules: a name consists of lowercase letters,'],
  ['env check nowhere', 'unknown environment "nowhere": did you mean '],
])('%s is refused', async (line, message) => {
  const { code, stderr } = await run(line);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test('a folder that exists is left alone', async () => {
  mkdirSync(file('taken'));
  const { code, stderr } = await run('env new taken');
  expect(stderr).toBe('lockstep: lockstep env new: taken exists already; choose another name\n');
  expect(code).toBe(2);
});
