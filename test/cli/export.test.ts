/** `lockstep export` and `lockstep import` with files in memory; the real ones are below. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportPolicy } from '../../src/cli/export';
import { besidePath, fileNameOf } from '../../src/cli/export-names';
import { parseCommandLine } from '../../src/cli/flags';
import { importForeign } from '../../src/cli/import';
import { verifyExport } from '../../src/cli/verify-export';
import { cartpole } from '../../src/environments/cartpole';
import { findEnvironment } from '../../src/environments/index';
import { pendulum } from '../../src/environments/pendulum';
import { ExportError } from '../../src/export/check-export';
import { exportSafetensors } from '../../src/export/export-weights';
import { decodePolicy, encodePolicy } from '../../src/trainer/saved-policy';
import { POLICY_CASES, randomPolicy } from '../export/policies';
import { openTestGpu } from '../support/gpu';
import { ensureBuilt, lockstep } from '../support/lockstep';
import { FakeExchange } from './exchange';
import { Recorder } from './reports';

const SAVED = {
  'run/best': randomPolicy(cartpole, { numAgents: 2 }),
  'Pendulum-v1.safetensors': randomPolicy(pendulum),
};

/** Runs a command with these files and a device that is never used. */
async function run(command: string, exchange = new FakeExchange(SAVED)) {
  const terminal = { stdout: new Recorder(), stderr: new Recorder() };
  const line = parseCommandLine(command.split(' '));
  const gpu = { adapter: { name: 'pipe' }, destroy: () => {} } as never;
  const adapterWarnings = async () => [];
  const services = { exchange, openGpu: async () => gpu, adapterWarnings, findEnvironment };
  const importEnvironment = async (path: string) => ({ ...cartpole, id: `Own of ${path}` });
  const code = await (line.command === 'import'
    ? importForeign(line, { ...services, importEnvironment }, terminal)
    : exportPolicy(line, services, terminal));
  return { code, text: terminal.stdout.text, files: [...exchange.written.keys()], exchange };
}

test.each([
  ['onnx', ['CartPole-v1.description.json', 'CartPole-v1.onnx']],
  ['js', ['CartPole-v1.d.mts', 'CartPole-v1.description.json', 'CartPole-v1.mjs']],
  ['json', ['CartPole-v1.json']],
  ['safetensors', ['CartPole-v1.description.json', 'CartPole-v1.safetensors']],
])('%s is written with what stands beside it, itself last', async (format, files) => {
  const { code, files: written, text } = await run(`export run/best --format ${format}`);
  expect([code, written]).toEqual([0, files]);
  expect(text).toContain('from run/best; for 2,048 observations it is within 4.0e-7 of the device');
});

test('it says what was written, in words and as JSON', async () => {
  const command = 'export run/best --format js --agent 1 --out web/policy.js';
  const { text } = await run(command);
  expect(text).toMatch(/^web\/policy\.js: the policy of agent 1 for CartPole-v1, [\d,]+ bytes\n/);
  const { text: json } = await run(`${command} --json`);
  expect(JSON.parse(json)).toEqual({
    format: 'js',
    source: 'run/best',
    environment: 'CartPole-v1',
    agent: 1,
    files: ['web/policy.js', 'web/policy.description.json', 'web/policy.d.ts'],
    observations: 2048,
    differences: { choices: 0, action: 0, logProbability: 2.5e-7, value: 4e-7 },
  });
});

describe('nothing is written', () => {
  test.each([
    ['export run/best', '--format is missing; it must be one of onnx, js, json, safetensors'],
    ['export run/best --format pb', '--format pb; it must be one of onnx, js'],
    ['export nowhere --format js', 'nowhere: cannot be read: ENOENT'],
    [
      'export Pendulum-v1.safetensors --format safetensors',
      'Pendulum-v1.safetensors is the policy that is exported; --out names another file',
    ],
    ['import x.zip', 'lockstep import needs --environment, which the policy acts in'],
  ])('by %s', async (command, message) => {
    const exchange = new FakeExchange(SAVED);
    await expect(run(command, exchange)).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(message),
    });
    expect(exchange.written.size).toBe(0);
  });

  test('for an agent that there is not', async () => {
    const exchange = new FakeExchange(SAVED);
    const promise = run('export run/best --format onnx --agent 2', exchange);
    await expect(promise).rejects.toThrow('agent is 2; it must be an integer from 0 to 1');
    expect(exchange.written.size).toBe(0);
  });

  test('where the export is not what the device computes', async () => {
    const exchange = new FakeExchange(SAVED);
    exchange.difference = new ExportError('CartPole-v1.onnx does not do what the device does');
    await expect(run('export run/best --format onnx', exchange)).rejects.toThrow('does not do');
    expect(exchange.written.size).toBe(0);
  });

  test('where the file cannot be', async () => {
    const exchange = new FakeExchange(SAVED);
    exchange.badFile = 'EROFS: read-only file system';
    await expect(run('export run/best --format onnx --out p.onnx', exchange)).rejects.toThrow(
      '--out p.description.json: cannot be written: EROFS: read-only file system',
    );
  });
});

test('names of files follow from environments, and from each other', () => {
  expect(fileNameOf('CartPole-v1', '.onnx')).toBe('CartPole-v1.onnx');
  expect(fileNameOf('../my game', '.json')).toBe('my-game.json');
  expect(fileNameOf('..', '.json')).toBe('policy.json');
  expect(besidePath('a.b/policy.mjs', '.d.ts')).toBe('a.b/policy.d.mts');
  expect(besidePath('policy.js', '.d.ts')).toBe('policy.d.ts');
  expect(besidePath('policy', '.description.json')).toBe('policy.description.json');
});

describe('an imported policy', () => {
  const foreign = {
    'walk.safetensors': exportSafetensors(randomPolicy(pendulum, { normObs: false })),
  };
  const imported = (command: string) => run(command, new FakeExchange({}, foreign));

  test('does not overwrite the file that it comes from', async () => {
    const command = 'import walk.safetensors --environment Pendulum-v1 --out ./walk.safetensors';
    await expect(imported(command)).rejects.toMatchObject({
      name: 'UsageError',
      message: './walk.safetensors is the file that is imported; --out names another file',
    });
  });

  test('becomes a policy file, with the command that trains it on', async () => {
    const { text, files, exchange } = await imported(
      'import walk.safetensors --environment Pendulum-v1',
    );
    expect(files).toEqual(['Pendulum-v1.safetensors']);
    const saved = decodePolicy(exchange.written.get('Pendulum-v1.safetensors')!);
    expect(saved.config.hiddenSizes).toEqual([13, 9]);
    expect(text).toContain('a policy for Pendulum-v1 with hidden layers 13, 9 (relu)');
    expect(text).toContain(
      'lockstep train Pendulum-v1 --hidden-sizes 13,9 --norm-obs false --load Pendulum-v1.safe',
    );
  });

  test('may be for an environment of one’s own, and goes where --out says', async () => {
    const command = 'import cart.safetensors --environment ./own.mjs --out p.safetensors --json';
    const file = { 'cart.safetensors': exportSafetensors(randomPolicy(cartpole)) };
    const { text, files } = await run(command, new FakeExchange({}, file));
    expect(files).toEqual(['p.safetensors']);
    expect(JSON.parse(text)).toMatchObject({
      ...{ file: 'p.safetensors', environment: 'Own of ./own.mjs' },
      config: { hiddenSizes: [13, 9], normObs: false },
    });
  });
});

describe('the comparison with the device', () => {
  const [first] = POLICY_CASES;
  const verify = async (decide: Parameters<typeof verifyExport>[4]['decide']) =>
    verifyExport(await openTestGpu(), first!.saved, 0, 'policy.onnx', { decide });

  test('refuses what computes something else, and says what', async () => {
    const wrong = verify(async ({ observations }) => ({
      actions: observations.map(() => [0]),
      logProbabilities: observations.map(() => -0.1),
      values: observations.map(() => Number.NaN),
    }));
    await expect(wrong).rejects.toMatchObject({
      name: 'ExportError',
      message: expect.stringMatching(
        /^policy\.onnx does not do what the device does: it takes another choice for \d+ observations, and it has a difference of .* in log_probability, and it has a difference of Infinity in value; at most 0\.00001 of the largest magnitude is allowed, so nothing was written$/,
      ),
    });
  });
});

describe('the built command', () => {
  ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-export-'));
  const fixture = resolve('test/fixtures/sb3/pendulum.zip');
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    writeFileSync(join(folder, 'policy.safetensors'), encodePolicy(SAVED['run/best']));
  });

  test('exports what runs without Lockstep', async () => {
    const line = 'export policy.safetensors --format js --out cart.mjs';
    const { code, stdout, stderr } = await lockstep(line, { cwd: folder });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^comparing with /)]);
    expect(stdout).toMatch(/^cart\.mjs: the policy of agent 0 for CartPole-v1/);
    const module = await import(pathToFileURL(join(folder, 'cart.mjs')).href);
    expect([0, 1]).toContain(module.act([0, 0, 0.1, 0]).action[0]);
    expect(existsSync(join(folder, 'cart.d.mts'))).toBe(true);
    const description = JSON.parse(readFileSync(join(folder, 'cart.description.json'), 'utf8'));
    expect(description.observation[2]).toMatchObject({ name: 'angle', unit: 'rad' });
  });

  test('imports a policy of SB3 and trains on from it', async () => {
    const into = 'pendulum.safetensors';
    const imported = await lockstep(`import ${fixture} --environment Pendulum-v1 --out ${into}`, {
      cwd: folder,
    });
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    const [, command] = /train on: lockstep (.*)/.exec(imported.stdout)!;
    const small = '--num-envs 8 --num-steps 8 --num-minibatches 2 --total-timesteps 64';
    const trained = await lockstep(`${command} ${small} --episodes 2 --no-save --quiet`, {
      cwd: folder,
    });
    expect(trained.stderr).not.toContain('lockstep:');
    expect(trained.code).toBe(0);
  });

  test('leaves nothing behind when it refuses', async () => {
    const before = readdirSync(folder).sort();
    const foreign = await lockstep(`import ${fixture} --environment CartPole-v1`, { cwd: folder });
    expect(foreign).toMatchObject({ code: 2, stdout: '' });
    expect(foreign.stderr).toMatch(/^lockstep: .*pendulum\.zip: does not fit CartPole-v1/);
    const none = await lockstep('export nowhere --format onnx', { cwd: folder });
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toMatch(/^lockstep: nowhere: cannot be read: /);
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});
