/** Files of policies: what is written is read, and whatever else is refused by its name. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { completeConfig } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';
import { findEnvironment } from '../../src/environments/index';
import { encodeSafetensors, type TensorFile } from '../../src/formats/safetensors';
import {
  checkWritable,
  PolicyFileError,
  readPolicy,
  readSavedPolicy,
  writePolicy,
} from '../../src/node/policy-file';
import type { Policy } from '../../src/trainer/policy';
import { checksumOf } from '../../src/trainer/saved-file';
import type { SavedPolicy } from '../../src/trainer/saved-policy';
import { ChildProgram } from '../support/child';

const root = mkdtempSync(join(tmpdir(), 'lockstep-policies-'));
afterAll(() => rmSync(root, { recursive: true }));

let folder = root;
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'));
  path = join(folder, 'run.safetensors');
});

const PARAMETERS = Float32Array.of(0, -0, 1 / 3, 3.4e38, -1e-45, 7);
const POLICY: Policy = { parameters: PARAMETERS };

const of = (
  changes: Partial<PpoConfig> = {},
  id = 'CartPole-v1',
  policy = POLICY,
): SavedPolicy => ({
  environment: findEnvironment(id),
  config: completeConfig({}, { numAgents: 2, hiddenSizes: [7, 3], ...changes }),
  policy,
});

/** Statistics of two agents with `fields` each; more digits than float32 has. */
const statistics = (fields: number) => {
  const numbers = (...values: number[]): Float64Array =>
    Float64Array.from({ length: 2 * fields }, (_, index) => values[index % values.length]!);
  return {
    count: numbers(1, 2 ** 31, 3, 0),
    mean: numbers(0.1, -1e-7, 1e30, 0),
    variance: numbers(1 / 3, 2, 3, 0),
  };
};
const OBSERVATIONS = { ...POLICY, observationStatistics: statistics(4) };

/** A file with this header and as many bytes of numbers. */
function writeRaw(header: unknown, numberBytes: number): void {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(numberBytes)]));
}

/** What reading the path is refused with, after the path. */
async function refusal(wanted = of()): Promise<string> {
  const error: unknown = await readPolicy(path, wanted).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(PolicyFileError);
  const { message } = error as Error;
  expect(message.startsWith(`${path}: `)).toBe(true);
  return message.slice(path.length + 2);
}

test('what was written is read, bit for bit', async () => {
  await writePolicy(path, of());
  const { parameters } = await readPolicy(path, of());
  expect(new Uint32Array(parameters.buffer)).toEqual(new Uint32Array(PARAMETERS.buffer));
  expect(readdirSync(folder)).toEqual(['run.safetensors']);
});

test('statistics of observations and returns are read as they were written', async () => {
  const policy = { ...OBSERVATIONS, returnStatistics: statistics(1) };
  const saved = of({ normObs: true, normReward: true }, 'CartPole-v1', policy);
  await writePolicy(path, saved);
  expect(await readPolicy(path, saved)).toEqual(policy);
});

test('the environment and the configuration are read with the policy', async () => {
  await writePolicy(path, of({}, 'Pendulum-v1'));
  const { environment, config } = await readSavedPolicy(path);
  const { defaults: _, draw: __, ...described } = findEnvironment('Pendulum-v1');
  expect(environment).toEqual(described);
  expect(config).toEqual(of().config);
});

interface Header {
  readonly __metadata__?: Readonly<Record<string, string>>;
}

/** The header of the file, and where its numbers begin. */
function readHeader(): { header: Header; begin: number } {
  const bytes = readFileSync(path);
  const begin = 8 + Number(bytes.readBigUInt64LE(0));
  return { header: JSON.parse(bytes.toString('utf8', 8, begin)), begin };
}

test('the file is safetensors: length, JSON, numbers from a multiple of 8 on', async () => {
  // A view into a larger buffer: only its own numbers count.
  const parameters = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  await writePolicy(path, of({}, 'CartPole-v1', { parameters }));
  const bytes = readFileSync(path);
  const { header, begin } = readHeader();
  expect(begin % 8).toBe(0);
  expect(bytes.length).toBe(begin + 8);
  expect([bytes.readFloatLE(begin), bytes.readFloatLE(begin + 4)]).toEqual([1, 2]);
  const { __metadata__: metadata, ...tensors } = header;
  expect(tensors).toEqual({
    parameters: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
  });
  expect(metadata).toMatchObject({ format: 'lockstep', kind: 'policy', version: '3' });
  expect(JSON.parse(metadata!.config!)).toEqual(of().config);
  expect(JSON.parse(metadata!.environment!).observation[1]).toEqual({
    ...{ name: 'velocity', low: '-Infinity', high: 'Infinity', unit: 'm/s' },
  });
});

test('its statistics are float64 tensors with names of their own', async () => {
  await writePolicy(path, of({ normObs: true }, 'CartPole-v1', OBSERVATIONS));
  const { header, begin } = readHeader();
  const tensor = (dtype: string, shape: number[], ...offsets: number[]) => ({
    ...{ dtype, shape, data_offsets: offsets },
  });
  expect(header).toMatchObject({
    'observations.count': tensor('F64', [2, 4], 0, 64),
    'observations.mean': tensor('F64', [2, 4], 64, 128),
    'observations.variance': tensor('F64', [2, 4], 128, 192),
    parameters: tensor('F32', [2, 3], 192, 216),
  });
  expect(readFileSync(path).readDoubleLE(begin + 64)).toBe(0.1);
});

test('it takes the place of the file before, with all of it or none', async () => {
  writeFileSync(path, 'old');
  await writePolicy(path, of());
  expect(await readPolicy(path, of())).toEqual(POLICY);
  rmSync(path);
  mkdirSync(join(path, 'in the way'), { recursive: true });
  await expect(writePolicy(path, of())).rejects.toThrow(`${path}: cannot be written: E`);
  expect(readdirSync(folder)).toEqual(['run.safetensors']);
});

type Texts = Readonly<Record<string, string | undefined>>;
const PARAMETER_TENSOR = { shape: [2, 3], values: PARAMETERS };

/** A file with these tensors, whose checksum is right. */
function writeFile(
  tensors: TensorFile['tensors'],
  changes: Texts = {},
  { config }: SavedPolicy = of(),
): void {
  const texts = {
    ...{ format: 'lockstep', kind: 'policy', version: '3', config: JSON.stringify(config) },
    environment: JSON.stringify(findEnvironment('CartPole-v1'), (_, value) =>
      Math.abs(value) === Infinity ? String(value) : value,
    ),
    ...changes,
  };
  const present = Object.entries(texts).filter(([, text]) => text !== undefined);
  const metadata = Object.fromEntries(present) as Record<string, string>;
  const checksum = checksumOf({ tensors, metadata });
  writeFileSync(path, encodeSafetensors({ tensors, metadata: { checksum, ...metadata } }));
}

describe('a file that describes another thing is refused', () => {
  test.each<readonly [string, Texts, RegExp]>([
    ['another format', { format: 'pt' }, /^holds no policy of this library: its metadata do not/],
    ['no format', { format: undefined }, /^holds no policy of this library/],
    [
      'another version',
      { version: '2' },
      /^has version 2 of the format, but this release reads 3$/,
    ],
    ['another kind', { kind: 'tuning' }, /^holds a tuning; it must be a policy or checkpoint$/],
    ['another checksum', { checksum: '0' }, /^is damaged: its content does not have the checksum/],
    ['half a config', { config: '{"seed": 1' }, /^is damaged: config in its metadata is not JSON$/],
    ['no config', { config: undefined }, /^is damaged: its metadata have no config$/],
    ['a bad config', { config: '{"gamma": 2}' }, /^has a config .*: .*gamma is 2; it must be/],
    ['no environment', { environment: undefined }, /^has an environment that this release refuses/],
    ['a bad environment', { environment: '{"id": "A"}' }, /^has an environment .*environment A: /],
  ])('%s', async (_, changes, message) => {
    writeFile({ parameters: PARAMETER_TENSOR }, changes);
    expect(await refusal()).toMatch(message);
  });

  test.each<readonly [string, TensorFile['tensors'], RegExp]>([
    ['no parameters', { weights: PARAMETER_TENSOR }, /^has no tensor parameters$/],
    [
      'float64 parameters',
      { parameters: { shape: [2, 1], values: new Float64Array(2) } },
      /^has a tensor parameters of type Float64Array and shape \[2, 1\]; it must be of type Float32A/,
    ],
    [
      'parameters of more agents',
      { parameters: { shape: [3, 2], values: PARAMETERS } },
      /shape \[3, 2\]; it must be of type Float32Array and shape \[2, …\]$/,
    ],
  ])('%s', async (_, tensors, message) => {
    writeFile(tensors);
    expect(await refusal()).toMatch(message);
  });

  test('a part of the statistics', async () => {
    const mean = { shape: [2, 4], values: new Float64Array(8) };
    const wanted = of({ normObs: true });
    writeFile({ parameters: PARAMETER_TENSOR, 'observations.mean': mean }, {}, wanted);
    expect(await refusal(wanted)).toBe('has no tensor observations.count');
  });

  test('a parameter that is not a number', async () => {
    const broken = Float32Array.of(1, 2, 3, NaN, 5, 6);
    await writePolicy(path, of({}, 'CartPole-v1', { parameters: broken }));
    expect(await refusal()).toBe('has a tensor parameters whose element 3 is NaN');
  });
});

test('a file may hold what this release does not know', async () => {
  const more = { shape: [], values: Uint32Array.of(7) };
  writeFile({ parameters: PARAMETER_TENSOR, more }, { later: '1' });
  expect((await readPolicy(path, of())).parameters).toEqual(PARAMETERS);
});

describe('a file for another run is refused with both values', () => {
  test.each<[string, SavedPolicy, string]>([
    [
      'environment',
      of({}, 'Acrobot-v1'),
      'environment is CartPole-v1 in the file, but Acrobot-v1 in this run',
    ],
    ['widths', of({ hiddenSizes: [7] }), 'hiddenSizes is [7,3] in the file, but [7] in this run'],
    [
      'activation',
      of({ activation: 'relu' }),
      'activation is "tanh" in the file, but "relu" in this run',
    ],
    ['trunk', of({ sharedTrunk: true }), 'sharedTrunk is false in the file, but true in this run'],
    [
      'critic',
      of({ advantageEstimator: 'group' }),
      'critic is true in the file, but false in this run',
    ],
    [
      'population',
      of({ numAgents: 3 }),
      'it has 2 agents, but numAgents is 3; it must have as many, or 1 for all',
    ],
  ])('%s', async (_, wanted, message) => {
    await writePolicy(path, of());
    expect(await refusal(wanted)).toBe(message);
  });

  test('and all of them at once', async () => {
    await writePolicy(path, of());
    const said = await refusal(of({ layerNorm: true, numAgents: 5 }, 'Pendulum-v1'));
    expect(said.split('; ')).toHaveLength(4);
    expect(said).toMatch(/environment is .*; layerNorm is .*; it has 2 agents.*, or 1 for all$/);
  });
});

test('one agent fits any number of them', async () => {
  await writePolicy(path, of({ numAgents: 1 }));
  expect(await readPolicy(path, of({ numAgents: 5 }))).toEqual(POLICY);
});

describe('what is no such file is refused by its path', () => {
  const tensor = (changes: object = {}) => ({
    parameters: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24], ...changes },
  });

  test('because it is not there, or a folder', async () => {
    expect(await refusal()).toBe('cannot be read: ENOENT: no such file or directory');
    mkdirSync(path);
    expect(await refusal()).toMatch(/^cannot be read: EISDIR: /);
  });

  test.each([
    ['', 'is not a safetensors file: it has 0 bytes'],
    ['{"a":', 'is not a safetensors file: it has 5 bytes'],
    ['{"numEnvs": 8, "seed": 1}', /^is not a safetensors file: its header would have \d+ bytes$/],
  ])('because it holds %j', async (text, message) => {
    writeFileSync(path, text);
    expect(await refusal()).toMatch(message);
  });

  test.each([
    ['[1, 2]', 0, 'is not a safetensors file: its header is not a JSON object'],
    ['{"parameters"', 0, 'is not a safetensors file: its header is not a JSON object'],
    [tensor({ dtype: 'F8' }), 24, /^holds no policy of this library: its/],
    [tensor({ dtype: 'F16' }), 12, 'parameters lies at [0,24]; its shape needs 12 bytes'],
    [tensor({ shape: 6 }), 24, 'parameters has shape 6; it must be a list of sizes'],
    [tensor({ shape: [-2, -3] }), 24, 'parameters has shape [-2,-3]; it must be a list of sizes'],
    [tensor({ shape: [2, 4] }), 24, 'parameters lies at [0,24]; its shape needs 32 bytes'],
    [tensor({ data_offsets: 24 }), 24, 'parameters lies at 24; its shape needs 24 bytes'],
    [tensor({ data_offsets: [8, 32] }), 32, 'parameters begins at byte 8; it must begin at 0'],
    [
      { ...tensor(), more: { dtype: 'F32', shape: [1], data_offsets: [20, 24] } },
      24,
      'more begins at byte 20; it must begin at 24',
    ],
    [tensor(), 23, 'is truncated: its tensors need 24 bytes, and there are 23'],
    [tensor(), 25, 'has too many bytes: its tensors need 24 bytes, and there are 25'],
  ])('because of the header %j', async (header, numberBytes, message) => {
    writeRaw(header, numberBytes);
    expect(await refusal()).toMatch(message);
  });

  test('because it ends within the header', async () => {
    await writePolicy(path, of());
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, 40));
    expect(await refusal()).toMatch(/^is truncated: its header has \d+ bytes, and there are 32$/);
  });
});

describe.skipIf(process.platform === 'win32')('where a file may not become large enough', () => {
  // Blocks of 1,024 bytes, as a full disk of its own needs the rights of root.
  const program = new ChildProgram(`
    import { tryToWrite, writeWhole } from './src/node/write-whole';
    const told = (error) => error.code;
    console.log(await tryToWrite(process.argv[2], 4096).catch(told));
    console.log(await writeWhole(process.argv[2], new Uint8Array(3000)).catch(told));
  `);
  afterAll(() => program.remove());

  test('the old one stays whole, and nothing else is left', () => {
    writeFileSync(path, 'old');
    expect(program.run(`ulimit -f 1; $PROGRAM ${path}`).stdout).toBe('EFBIG\nEFBIG\n');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['run.safetensors']);
  });
});

describe('a place is tried', () => {
  test('and left as it was', async () => {
    await checkWritable(path);
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(path, 'old');
    await checkWritable(path);
    expect(readdirSync(folder)).toEqual(['run.safetensors']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('and refused if the folder is missing or the name is taken', async () => {
    const missing = join(folder, 'no', 'run.safetensors');
    await expect(checkWritable(missing)).rejects.toThrow(
      `${missing}: cannot be written: ENOENT: no such file or directory`,
    );
    for (const taken of [folder, '/dev/null']) {
      await expect(checkWritable(taken)).rejects.toThrow(
        `${taken}: cannot be written: it exists and is not a regular file`,
      );
    }
  });

  test.skipIf(process.getuid?.() === 0)('and refused in a folder that is read-only', async () => {
    chmodSync(folder, 0o555);
    await expect(checkWritable(path)).rejects.toThrow(
      `${path}: cannot be written: EACCES: permission denied`,
    );
    chmodSync(folder, 0o755);
  });
});
