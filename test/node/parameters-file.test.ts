/** Files of parameters: what is written is read, and whatever else is refused by its name. */
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
import { completeConfig, type PpoConfig } from '../../src/config';
import {
  checkWritable,
  ParametersFileError,
  type ParametersOf,
  readParameters,
  writeParameters,
} from '../../src/node/parameters-file';
import { ChildProgram } from '../support/child';

const root = mkdtempSync(join(tmpdir(), 'lockstep-parameters-'));
afterAll(() => rmSync(root, { recursive: true }));

let folder = root;
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'));
  path = join(folder, 'run.safetensors');
});

const of = (changes: Partial<PpoConfig> = {}, environment = 'CartPole-v1'): ParametersOf => ({
  environment,
  config: completeConfig({}, { numAgents: 2, hiddenSizes: [7, 3], ...changes }),
});

const PARAMETERS = Float32Array.of(0, -0, 1 / 3, 3.4e38, -1e-45, 7);

/** A file with this header and as many bytes of numbers. */
function writeRaw(header: unknown, numberBytes: number): void {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, Buffer.alloc(numberBytes)]));
}

/** What reading the path is refused with, after the path. */
async function refusal(wanted = of()): Promise<string> {
  const error: unknown = await readParameters(path, wanted).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ParametersFileError);
  const { message } = error as Error;
  expect(message.startsWith(`${path}: `)).toBe(true);
  return message.slice(path.length + 2);
}

test('what was written is read, bit for bit', async () => {
  await writeParameters(path, PARAMETERS, of());
  const read = await readParameters(path, of());
  expect(new Uint32Array(read.buffer)).toEqual(new Uint32Array(PARAMETERS.buffer));
  expect(readdirSync(folder)).toEqual(['run.safetensors']);
});

test('the file is safetensors: length, JSON, little-endian numbers from a multiple of 8 on', async () => {
  // A view into a larger buffer: only its own numbers count.
  await writeParameters(path, Float32Array.of(9, 1, 2, 9).subarray(1, 3), of());
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  expect(length % 8).toBe(0);
  expect(bytes.length).toBe(8 + length + 8);
  expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, 2]);
  expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
    __metadata__: {
      version: '1',
      environment: 'CartPole-v1',
      hiddenSizes: '[7,3]',
      activation: '"tanh"',
      criticActivation: '"same"',
      sharedTrunk: 'false',
      layerNorm: 'false',
      squashActions: 'false',
      stateDependentStd: 'false',
      normObs: 'false',
      critic: 'true',
    },
    parameters: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
  });
});

test('it takes the place of the file before, with all of it or none', async () => {
  writeFileSync(path, 'old');
  await writeParameters(path, PARAMETERS, of());
  expect(await readParameters(path, of())).toEqual(PARAMETERS);
  rmSync(path);
  mkdirSync(join(path, 'in the way'), { recursive: true });
  await expect(writeParameters(path, PARAMETERS, of())).rejects.toThrow(
    `${path}: cannot be written: E`,
  );
  expect(readdirSync(folder)).toEqual(['run.safetensors']);
});

describe('a file for another run is refused with both values', () => {
  test.each<[string, ParametersOf, string]>([
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
    ['population', of({ numAgents: 3 }), 'it has 2 agents, but this run 3 (numAgents); 1 fits all'],
  ])('%s', async (_, wanted, message) => {
    await writeParameters(path, PARAMETERS, of());
    expect(await refusal(wanted)).toBe(message);
  });

  test('and all of them at once', async () => {
    await writeParameters(path, PARAMETERS, of());
    const said = await refusal(of({ layerNorm: true, numAgents: 5 }, 'Pendulum-v1'));
    expect(said.split('; ')).toHaveLength(4);
    expect(said).toMatch(/environment is .*; layerNorm is .*; it has 2 agents.*; 1 fits all$/);
  });
});

test('one agent fits any number of them', async () => {
  await writeParameters(path, PARAMETERS, of({ numAgents: 1 }));
  expect(await readParameters(path, of({ numAgents: 5 }))).toEqual(PARAMETERS);
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
    ['[1, 2]', 0, 'is not a safetensors file: its header is no JSON object'],
    ['{"parameters"', 0, 'is not a safetensors file: its header is no JSON object'],
    ['{}', 0, 'holds no tensor; it may hold the tensor parameters'],
    [{ weights: {}, bias: {} }, 0, 'holds weights, bias; it may hold the tensor parameters'],
    [tensor({ dtype: 'F16' }), 24, 'parameters has dtype F16; it may have F32'],
    [tensor({ shape: 6 }), 24, 'parameters has shape 6; it may be a list of sizes'],
    [tensor({ shape: [-2, -3] }), 24, 'parameters has shape [-2,-3]; it may be a list of sizes'],
    [tensor({ shape: [2, 4] }), 24, 'parameters lies at [0,24]; its shape needs [0,32]'],
    [tensor({ data_offsets: [8, 32] }), 32, 'parameters lies at [8,32]; its shape needs [0,24]'],
    [tensor(), 23, 'is truncated: parameters needs 24 bytes, and there are 23'],
    [tensor(), 25, 'has bytes too many: parameters needs 24 bytes, and there are 25'],
    [tensor(), 24, /^version is not said in the file, but 1 in this run; environment is not said/],
    [tensor({ shape: [6] }), 24, /; parameters has shape \[6\]; it may be \[agents, parameters\]$/],
  ])('because of the header %j', async (header, numberBytes, message) => {
    writeRaw(header, numberBytes);
    expect(await refusal()).toMatch(message);
  });

  test('because it ends within the header', async () => {
    await writeParameters(path, PARAMETERS, of());
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

  test('and refused where the folder is missing or the name is taken by another thing', async () => {
    const missing = join(folder, 'no', 'run.safetensors');
    await expect(checkWritable(missing)).rejects.toThrow(
      `${missing}: cannot be written: ENOENT: no such file or directory`,
    );
    for (const taken of [folder, '/dev/null']) {
      await expect(checkWritable(taken)).rejects.toThrow(
        `${taken}: cannot be written: it is there, and no regular file`,
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
