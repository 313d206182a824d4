/** The built command as a user's shell sees it: what it prints where, and how it ends. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dependencies } from '../../package.json';
import { completeConfig } from '../../src/config/defaults';
import { cartpole } from '../../src/environments/cartpole';
import { readPolicy, writePolicy } from '../../src/node/policy-file';
import { ensureBuilt, lockstep } from '../support/lockstep';

beforeAll(ensureBuilt);

const SHORT = '--num-envs 16 --num-steps 8 --total-timesteps 256 --episodes 3 --hidden-sizes 4';

describe('bad input is one clear message and exit code 2', () => {
  test.each([
    ['train CartPool-v1', /^lockstep: unknown environment "CartPool-v1": did you mean CartPole-v1/],
    ['train', /^lockstep: .*environment/],
    ['train CartPole-v1 --num-envs 0', /^lockstep: --num-envs 0: numEnvs is 0; .*integer from 1/],
    [
      'train CartPole-v1 --num-envs 5 --num-steps 5 --num-minibatches 4',
      /numEnvs \* numSteps = 25 is not divisible by numMinibatches = 4 .*; numMinibatches must be one of 1, 5/,
    ],
    ['train CartPole-v1 --vf-coef NaN', /^lockstep: --vf-coef NaN: vfCoef is NaN; .*finite/],
    [
      'train CartPole-v1 --clip-coef -0.1',
      /^lockstep: --clip-coef -0\.1: clipCoef is -0\.1; .*above 0/,
    ],
    ['train CartPole-v1 --gamma 1.5', /^lockstep: --gamma 1\.5: gamma is 1\.5; .*from 0 to 1/],
    ['train CartPole-v1 --num-env 8', /^lockstep: --num-env is not a flag.*--num-envs/],
    [
      'train CartPole-v1 --adapter nosuch',
      /^lockstep: no adapter matches 'nosuch'.*there is .*; it must be/,
    ],
    ['doctor --adapter nosuch', /^lockstep: no adapter matches 'nosuch'/],
    ['tarin', /^lockstep: tarin is not a command/],
  ])('%s', async (line, message) => {
    const { code, stdout, stderr } = await lockstep(line);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a network whose buffers exceed the limits, with both numbers', async () => {
    // Some tensor of a hidden layer: 1024 floats for each of 65,536 environments or 2^22 samples.
    const sizes = '--num-envs 65536 --num-steps 64 --num-minibatches 1';
    const { code, stdout, stderr } = await lockstep(
      `train CartPole-v1 ${sizes} --hidden-sizes 1024,1`,
    );
    const said = stderr.trimEnd().split('\n').at(-1)!;
    expect(said).toMatch(/^lockstep: .*1024.* needs \d+ bytes, but .* allows \d+ bytes/);
    const [needs, allows] = said.match(/\d+(?= bytes)/g)!.map(Number);
    const shape = said
      .match(/\[(.*?)\]/)![1]!
      .split(', ')
      .map(Number);
    expect(needs).toBe(4 * shape.reduce((product, size) => product * size, 1));
    expect(needs).toBeGreaterThan(allows!);
    expect(said).toContain('hiddenSizes');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test('more parameters than an array may hold are refused by the keys that make them', async () => {
  const sizes = '--num-agents 65535 --hidden-sizes 1024,1024 --num-envs 64 --num-steps 8';
  const { code, stdout, stderr } = await lockstep(`train CartPole-v1 ${sizes}`);
  const said = stderr.trimEnd().split('\n').at(-1)!;
  expect(said).toMatch(/^lockstep: parameters \[65535, \d+\] needs \d+ bytes, but .* allows \d+/);
  expect(said).toMatch(/numAgents.*hiddenSizes/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

/** Milliseconds; SwiftShader takes 190 s for it, longer beside other tests. */
const MANY_UPDATES_TIMEOUT = 900_000;

test(
  'an iteration of 20,480 updates trains to the end',
  async () => {
    const sizes = '--num-envs 64 --num-steps 128 --num-minibatches 4096 --update-epochs 5';
    const { code, stdout, stderr } = await lockstep(
      `train CartPole-v1 ${sizes} --hidden-sizes 4,4 --total-timesteps 8192 --episodes 1`,
    );
    expect(stdout).toMatch(/^iterations +1$/m);
    expect(stderr).not.toMatch(/not finite|skipped/);
    expect(code).toBe(0);
  },
  MANY_UPDATES_TIMEOUT,
);

describe('a configuration file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
  const file = join(folder, 'run.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('that cannot be trained is refused before any adapter is looked for', async () => {
    writeFileSync(file, '{ "numEnvs": 0, "numStep": 8, "entCoef": "none" }');
    const flags = `--config ${file} --gamma 2 --adapter nosuch`;
    const { code, stdout, stderr } = await lockstep(`train CartPole-v1 ${flags}`);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(
        /^lockstep: numStep is not a config key \(in .*run\.json\); .*numSteps/,
      ),
      expect.stringMatching(/^numEnvs is 0 \(in .*run\.json\); it must be an integer from 1/),
      expect.stringMatching(/^--gamma 2: gamma is 2; it must be a finite number from 0 to 1/),
      expect.stringMatching(/^entCoef is "none" \(in .*run\.json\); it must be/),
    ]);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test.each([
    ['{ "numEnvs": 16,\n}', /^lockstep: --config .*run\.json: is not JSON at line 2, column 1: /],
    [undefined, /^lockstep: --config .*run\.json: cannot be read: ENOENT: no such file/],
  ])('that holds %j is refused by its path', async (text, message) => {
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    const { code, stdout, stderr } = await lockstep(`train CartPole-v1 --config ${file}`);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('trains what the same flags would', async () => {
    const sizes = '"numEnvs": 16, "numSteps": 8, "totalTimesteps": 256, "hiddenSizes": [4]';
    writeFileSync(file, `{ "$schema": "./schema.json", ${sizes}, "seed": 2 }`);
    const filed = await lockstep(
      `train CartPole-v1 --config ${file} --episodes 3 --seed 3 --json --quiet`,
    );
    const flagged = await lockstep(`train CartPole-v1 ${SHORT} --seed 3 --json --quiet`);
    expect(filed.code).toBe(0);
    const { parametersSha256, timesteps, seed } = JSON.parse(filed.stdout);
    expect({ timesteps, seed }).toEqual({ timesteps: 256, seed: 3 });
    expect(parametersSha256).toBe(JSON.parse(flagged.stdout).parametersSha256);
  });

  test("of an environment's tuned defaults changes nothing, as --print-config shows", async () => {
    const plain = await lockstep('train Pendulum-v1 --print-config --adapter nosuch');
    const filed = await lockstep(
      'train Pendulum-v1 --print-config --config configs/Pendulum-v1.json',
    );
    expect(plain).toEqual({ code: 0, stderr: '', stdout: filed.stdout });
    expect(JSON.parse(plain.stdout)).toMatchObject({ numMinibatches: 4, gamma: 0.98 });
  });
});

describe.runIf(process.platform === 'linux')('without any adapter', () => {
  // The command where neither SwiftShader's package nor any driver is found.
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bare-'));
  const bare = { file: join(folder, 'dist', 'cli.js'), cwd: folder };
  const nowhere = { VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' };
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    const root = new URL('../../', import.meta.url).pathname;
    cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
    mkdirSync(join(folder, 'node_modules'));
    for (const name of ['webgpu', ...Object.keys(dependencies)]) {
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    }
  });

  test.each(['train CartPole-v1', 'doctor'])(
    '%s says what to install and exits with 2',
    async (line) => {
      const env = { ...nowhere, LOCKSTEP_ADAPTER: '' };
      const { code, stdout, stderr } = await lockstep(line, { ...bare, env });
      expect(stderr).toMatch(/^lockstep: no WebGPU adapter: install /);
      expect(stderr).toContain('mesa-vulkan-drivers');
      expect(stdout).toBe('');
      expect(code).toBe(2);
    },
  );
});

describe('a run that ends by itself exits with 0', () => {
  test('and tells its numbers on the standard output', async () => {
    const { code, stdout, stderr } = await lockstep(`train CartPole-v1 ${SHORT} --seed 3`);
    expect(code).toBe(0);
    expect(stderr.split('\n')[0]).toMatch(/^CartPole-v1 on .+: 1 agent, 16 environments/);
    expect(stdout).toMatch(/^environment +CartPole-v1$/m);
    expect(stdout).toMatch(/^timesteps +256$/m);
    expect(stdout).toMatch(/mean return .* over 3 greedy episodes/);
  });

  test('with --json the last line has exactly the fields of the record', async () => {
    const line = `train CartPole-v1 ${SHORT} --seed 3 --num-agents 2 --json`;
    const { code, stdout } = await lockstep(line);
    expect(code).toBe(0);
    const record: Record<string, unknown> = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
    const number = expect.any(Number);
    const returns = { meanReturn: number, stdReturn: number, endedEpisodes: 3 };
    const perAgent = [returns, returns];
    expect(record).toEqual({
      environment: 'CartPole-v1',
      seed: 3,
      numAgents: 2,
      timesteps: 256,
      iterations: 2,
      plannedIterations: 2,
      seconds: number,
      stepsPerSecond: number,
      adapter: expect.stringMatching(/\S/),
      parametersSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      evaluation: { episodes: 3, ...returns, endedEpisodes: 6, perAgent },
      fault: null,
      run: null,
    });
    const again = await lockstep(line);
    const { parametersSha256 } = JSON.parse(again.stdout);
    expect(parametersSha256).toBe(record.parametersSha256);
  });
});

describe('files of policies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-policies-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string): string => join(folder, `${name}.safetensors`);
  const of = {
    environment: cartpole,
    config: completeConfig(cartpole.defaults, { hiddenSizes: [4] }),
  };
  const sha256 = (values: Float32Array): string =>
    createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');

  test('hold what was trained, and let another run begin there', async () => {
    const saved = await lockstep(`train CartPole-v1 ${SHORT} --save ${file('a')} --json`);
    expect(saved.code).toBe(0);
    expect(saved.stderr).toContain(`policy saved to ${file('a')}\n`);
    const { parameters } = await readPolicy(file('a'), of);
    expect(sha256(parameters)).toBe(JSON.parse(saved.stdout).parametersSha256);
    // A learning rate of 0 keeps what was loaded.
    const files = `--load ${file('a')} --reference ${file('a')}`;
    const flags = `--learning-rate 0 --ref-kl-coef 0.1 ${files} --num-agents 2`;
    const loaded = await lockstep(`train CartPole-v1 ${SHORT} ${flags} --save ${file('b')}`);
    expect(loaded.code).toBe(0);
    const two = { ...of, config: { ...of.config, numAgents: 2 } };
    expect([...(await readPolicy(file('b'), two)).parameters]).toEqual([
      ...parameters,
      ...parameters,
    ]);
    expect(readdirSync(folder).sort()).toEqual(['a.safetensors', 'b.safetensors']);
  });

  test.each([
    ['--save', '/no/such/folder/a', /--save \/no\/such\/folder\/a: cannot be written: ENOENT/],
    ['--save', tmpdir(), /--save .*: cannot be written: it exists and is not a regular file/],
    ['--load', '/no/such/file', /--load \/no\/such\/file: cannot be read: ENOENT/],
    ['--reference', 'package.json', /--reference package\.json: is not a safetensors file/],
    ['--load', file('a'), /--load .*a\.safetensors: hiddenSizes is \[4\] in the file, but \[5\]/],
  ])('that %s cannot use (%s) are refused before training', async (flag, path, message) => {
    const line = `train CartPole-v1 ${SHORT} --hidden-sizes 5 --adapter nosuch ${flag} ${path}`;
    const { code, stdout, stderr } = await lockstep(line);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('hold the last finite parameters, and the code is 1', async () => {
    // Finite, but their products are not: all 12 updates of an iteration are skipped.
    const count = 4 * 4 + 4 + 4 * 2 + 2 + (4 * 4 + 4 + 4 + 1);
    const policy = { parameters: new Float32Array(count).fill(3e38) };
    await writePolicy(file('huge'), { ...of, policy });
    const flags = `${SHORT} --load ${file('huge')} --save ${file('d')} --json`;
    const { code, stdout, stderr } = await lockstep(`train CartPole-v1 ${flags}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^warning: iteration 1, agent 0: \w+ is not finite; 12 updates skipped$/m,
    );
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^lockstep: iteration 1, agent 0: \w+ is not finite; 12 updates in a row were skipped/,
    );
    const { fault, evaluation } = JSON.parse(stdout.trimEnd().split('\n').at(-1)!);
    const quantity = expect.any(String);
    expect(fault).toEqual({ iteration: 1, agent: 0, quantity, skipped: 12 });
    expect(evaluation.episodes).toBe(3);
    expect(await readPolicy(file('d'), of)).toEqual(policy);
  });
});
