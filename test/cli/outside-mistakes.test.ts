/** A world in a project of its author's, and what its author may get wrong there. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt, lockstep } from '../support/lockstep';
import { outsideFolder } from '../support/outside-folder';

const root = outsideFolder('mistakes');
afterAll(() => rmSync(root, { recursive: true }));
const run = (line: string) => lockstep(line, { cwd: root });

beforeAll(async () => {
  ensureBuilt();
  await run('env new world');
});

const SIZES = '--num-envs 4 --num-steps 8 --total-timesteps 64 --num-minibatches 1 --episodes 2';
const END = '\n}\n';

/** What is wrong, what is right in its place, and what the line has that the message names. */
type Mistake = readonly [what: string, from: string, to: string, at: string, says: RegExp];

const DEFINES = 'export const environment = defineEnvironment';

const IN_DESCRIPTION: readonly Mistake[] = [
  [
    'a missing colon',
    'maxEpisodeSteps: 50',
    'maxEpisodeSteps 50',
    'maxEpisodeSteps 50',
    /^cannot be imported: Unexpected number$/,
  ],
  [
    'a name that nothing defines',
    'maxEpisodeSteps: 50',
    'maxEpisodeSteps: FIFTY',
    'FIFTY',
    /^cannot be imported: FIFTY is not defined$/,
  ],
  [
    'a misspelled import',
    '{ defineEnvironment }',
    '{ defineEnviroment }',
    "from 'lockstep-ppo'",
    /^cannot be imported: .*'lockstep-ppo' does not provide an export named 'defineEnviroment'$/,
  ],
  [
    'a module file that is not there',
    "new URL('world.wesl'",
    "new URL('wrold.wesl'",
    'shader: readFileSync',
    /^cannot be imported: ENOENT: no such file or directory, open '.*wrold\.wesl'$/,
  ],
  [
    'a time limit of no steps',
    'maxEpisodeSteps: 50',
    'maxEpisodeSteps: 0',
    DEFINES,
    /^environment World-v0: maxEpisodeSteps must be an integer from 1 to 4294967295, .* is 0$/,
  ],
  [
    'an unknown field',
    'stepsPerSecond: 10',
    'stepsPerSec: 10',
    DEFINES,
    /^environment World-v0: stepsPerSec is not a known field; the nearest is stepsPerSecond$/,
  ],
  [
    'a missing field',
    "  source: 'made up',\n",
    '',
    DEFINES,
    /^environment World-v0: source must say where the dynamics come from, but it is missing$/,
  ],
  [
    'bounds the wrong way round',
    'low: -1.1, high: 1.1',
    'low: 1.1, high: -1.1',
    DEFINES,
    /: observation\[0\]\.low = 1\.1 must not be above observation\[0\]\.high = -1\.1$/,
  ],
  [
    'choices without their number',
    "type: 'discrete', n: 2",
    "type: 'discrete'",
    DEFINES,
    /: action\.n must be an integer .* but it is missing$/,
  ],
  [
    'the name of the module in place of its text',
    "shader: readFileSync(file, 'utf8')",
    "shader: 'world.wesl'",
    DEFINES,
    /: shader must be the text of a WESL module, not the name of its file, "world\.wesl"; read/,
  ],
  [
    'the bytes of the module in place of its text',
    "readFileSync(file, 'utf8')",
    'readFileSync(file)',
    DEFINES,
    /: shader must be the text of a WESL module, but it is a Buffer; read the file as text/,
  ],
  [
    'a default that is out of range',
    'learningRate: 1e-3',
    'learningRate: -1e-3',
    DEFINES,
    /: defaults\.learningRate is -0\.001; it must be/,
  ],
  [
    'a param that is no number',
    'LEAVE_REWARD: 1',
    "LEAVE_REWARD: 'one'",
    DEFINES,
    /: params\.LEAVE_REWARD must be a number that fits f32 .* but it is "one"$/,
  ],
];

const IN_MODULE: readonly Mistake[] = [
  [
    'a reserved word',
    'let direction',
    'let target',
    'let target',
    /^`target` is a reserved word of WGSL; choose another name$/,
  ],
  [
    'a missing function',
    'fn observe',
    'fn look',
    END,
    /^defines no fn observe\(State\) -> Observation$/,
  ],
  [
    'another signature',
    'observe(state: State)',
    'observe(state: ptr<function, State>)',
    'fn observe',
    /^observe must be fn observe\(State\) -> Observation$/,
  ],
  ['a bool in the state', 'place: f32', 'place: bool', 'place: bool', /bool/],
  [
    'a variable outside of functions',
    'const MOVE = 0.1',
    'var<private> MOVE: f32 = 0.1',
    'var<private>',
    /^an environment module consists of pure functions: it must not declare variables; keep/,
  ],
  [
    "WGSL's own step",
    'MOVE * direction',
    'MOVE * step(0.5, direction)',
    'MOVE * step',
    /^WGSL's step\(edge, x\) cannot be called here: .*; write select\(0\.0, 1\.0, edge <= x\)$/,
  ],
  [
    'a misspelled import',
    '{Rng, random}',
    '{Rng, randon}',
    'random(rng)',
    /^unresolved identifier 'random'; import random from package::lib::rng$/,
  ],
  [
    'a missing import',
    'import constants::LEAVE_REWARD;\n',
    '',
    'let reward',
    /^unresolved identifier 'LEAVE_REWARD'/,
  ],
  [
    'a missing semicolon',
    'RAIL_END;\n  let reward',
    'RAIL_END\n  let reward',
    'let left_on_the_left',
    /^Expected/,
  ],
  [
    'an integer beside a float',
    'action[0] == 1.0',
    'action[0] == 1u',
    'action[0] == 1u',
    /^no matching overload for 'operator == \(f32, u32\)'/,
  ],
  ['a number too many', '(state.place)', '(state.place, 1.0)', 'return Observation', /too many/],
  [
    'a misspelled name',
    'MOVE * direction',
    'MOVE * directon',
    'MOVE * directon',
    /^unresolved identifier 'directon'/,
  ],
];

let count = 0;

/** Trains a copy of the world with a mistake in one of its files. */
async function train(file: string, from: string, to: string) {
  count += 1;
  const folder = `world-${count}`;
  cpSync(join(root, 'world'), join(root, folder), { recursive: true });
  const path = join(root, folder, file);
  const right = readFileSync(path, 'utf8');
  expect(right).toContain(from);
  const text = right.replace(from, to);
  writeFileSync(path, text);
  return { text, ...(await run(`train ./${folder}/world.mjs ${SIZES}`)) };
}

/** The line, from 1, of the last place of a text. */
const lineOf = (text: string, place: string): number =>
  text
    .trimEnd()
    .slice(0, `${text.trimEnd()}\n`.lastIndexOf(place) + 1)
    .split('\n').length;

/** The messages of the command, each with all its lines. */
const messagesOf = (stderr: string): string[] => stderr.split(/^lockstep: /m).slice(1);

describe.each([
  ['world.mjs', IN_DESCRIPTION],
  ['world.wesl', IN_MODULE],
] as const)('in %s', (file, mistakes) => {
  test.each(mistakes)('%s is one message with its place', async (_, from, to, at, says) => {
    const { text, code, stdout, stderr } = await train(file, from, to);
    const messages = messagesOf(stderr);
    expect(messages).toHaveLength(1);
    const [first, ...quoted] = messages[0]!.trimEnd().split('\n');
    const [, path, line, sentence] = /^(\S+?):(\d+)(?::\d+)?: (.*)$/.exec(first!)!;
    expect(path!.endsWith(file)).toBe(true);
    expect(Number(line)).toBe(lineOf(text, at));
    expect(sentence).toMatch(says);
    // The line and a caret.
    expect(quoted.length).toBeLessThanOrEqual(2);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test('a world without mistakes trains there', async () => {
  const { code } = await run(`train ./world/world.mjs ${SIZES}`);
  expect(code).toBe(0);
});
