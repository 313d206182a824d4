/** Run folders: what is complete is found again, whatever happened while it was written. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { completeConfig } from '../../src/config/defaults';
import { cartpole } from '../../src/environments/cartpole';
import type { RunDescription } from '../../src/logging/logger';
import { RunFolderError } from '../../src/node/checkpoint-files';
import { policyFileOf, readCheckpoint } from '../../src/node/find-checkpoint';
import { RunFolder, runFolderName } from '../../src/node/run-folder';
import { createTrainer } from '../../src/trainer/create-trainer';
import { makeReport } from '../cli/reports';
import { ChildProgram } from '../support/child';
import { openTestGpu } from '../support/gpu';
import { SMALL } from '../trainer/training';

const root = mkdtempSync(join(tmpdir(), 'lockstep-run-folders-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = root;
beforeEach(() => {
  folder = join(mkdtempSync(join(root, 'test-')), 'run');
});

const RUN: RunDescription = {
  ...{ environment: 'CartPole-v1', config: completeConfig(), adapter: 'a', plan: 'layered' },
};
const OPTIONS = { keep: 3, warn: () => {} };

const trainer = await createTrainer({
  gpu: await openTestGpu(),
  environment: cartpole,
  config: SMALL,
});
const BYTES = await trainer.save();
trainer.destroy();

const checkpoints = (): string[] => readdirSync(join(folder, 'checkpoints')).sort();
const numbered = (...numbers: number[]): string[] =>
  numbers.map((number) => `iteration-${String(number).padStart(6, '0')}.safetensors`);

async function newRun(keep = 3): Promise<RunFolder> {
  return RunFolder.create(folder, RUN, { ...OPTIONS, keep });
}

test('the newest checkpoints and the best are kept', async () => {
  const run = await newRun();
  for (const iteration of [5, 10, 999_999, 1_000_000, 15]) {
    await run.writeCheckpoint(iteration, BYTES);
    if (iteration === 10) await run.writeBest(BYTES);
  }
  await run.close();
  expect(checkpoints()).toEqual(['best.safetensors', ...numbered(15, 1_000_000, 999_999)].sort());
  expect((await readCheckpoint(folder)).path).toMatch(/iteration-1000000\.safetensors$/);
  expect(await policyFileOf(folder)).toMatch(/best\.safetensors$/);
});

test('a checkpoint is never ahead of the metrics', async () => {
  const run = await newRun();
  for (const iteration of [1, 2])
    run.log({ type: 'iteration', report: makeReport(iteration, [1]) });
  await run.writeCheckpoint(2, BYTES);
  const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).iteration)).toEqual([1, 2]);
  await run.close();
});

test('a file is resumed by its name, without the folder', async () => {
  const run = await newRun();
  const path = await run.writeCheckpoint(1, BYTES);
  await run.close();
  expect(await readCheckpoint(path)).toMatchObject({ path, folder: undefined, problems: [] });
  expect(await policyFileOf(path)).toBe(path);
  expect((await policyFileOf(folder)).endsWith(numbered(1)[0]!)).toBe(true);
});

test('a damaged checkpoint is passed over and named', async () => {
  const run = await newRun();
  for (const iteration of [1, 2, 3]) await run.writeCheckpoint(iteration, BYTES);
  await run.close();
  const newest = join(folder, 'checkpoints', numbered(3)[0]!);
  truncateSync(newest, 1000);
  const found = await readCheckpoint(folder);
  expect(found.path.endsWith(numbered(2)[0]!)).toBe(true);
  expect(found.problems).toEqual([expect.stringMatching(/iteration-000003.*is truncated/)]);
});

describe('is refused', () => {
  test('a folder that is not empty', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'mine'), '');
    await expect(RunFolder.check(folder)).rejects.toThrow(/run: cannot be made: it is not empty/);
    await expect(newRun()).rejects.toThrow(
      /run: cannot be made: it is not empty; continue its run/,
    );
    expect(readdirSync(folder)).not.toContain('config.json');
  });

  test('a folder without checkpoints, or none at all', async () => {
    await expect(readCheckpoint(folder)).rejects.toThrow(/run: cannot be read: ENOENT/);
    await newRun();
    await expect(readCheckpoint(folder)).rejects.toThrow(
      /cannot be resumed: it has no checkpoints/,
    );
    await expect(policyFileOf(folder)).rejects.toThrow(/run: it has no checkpoints/);
  });

  test('a folder whose checkpoints are all damaged', async () => {
    const run = await newRun();
    await run.writeCheckpoint(1, BYTES.slice(0, 100));
    await expect(readCheckpoint(folder)).rejects.toThrow(/cannot be resumed: .*is truncated/);
  });
});

test('what a folder of a run says is cut to the iteration that it goes on from', async () => {
  const run = await newRun();
  for (const iteration of [1, 2, 3]) {
    run.log({ type: 'iteration', report: makeReport(iteration, [iteration]) });
  }
  const left = join(folder, 'checkpoints', `.${numbered(4)}.${crypto.randomUUID()}`);
  writeFileSync(left, 'half');
  await run.close();
  appendFileSync(join(folder, 'metrics.jsonl'), '{"iteration":4,"age');
  await RunFolder.reopen(folder, 2, OPTIONS);
  const metrics = readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n');
  expect(metrics.filter((line) => line.includes('"iteration":')).length).toBe(2);
  expect(existsSync(left)).toBe(false);
});

test('a damaged checkpoint is set aside when the run goes on', async () => {
  const run = await newRun(1);
  await run.writeCheckpoint(90, BYTES);
  await run.close();
  writeFileSync(join(folder, 'checkpoints', numbered(100)[0]!), BYTES.slice(0, 1000));
  const continued = await RunFolder.reopen(folder, 90, { ...OPTIONS, keep: 1 });
  await continued.writeCheckpoint(95, BYTES);
  expect(checkpoints()).toEqual([...numbered(95), `${numbered(100)}.damaged`]);
  const { path, problems } = await readCheckpoint(folder);
  expect([path.endsWith(numbered(95)[0]!), problems]).toEqual([true, []]);
  await continued.close();
});

test('half a note is cut off, so that the next one has a line of its own', async () => {
  const run = await newRun();
  run.log({ type: 'note', text: 'whole', iteration: 1, timesteps: 1 });
  await run.close();
  appendFileSync(join(folder, 'notes.jsonl'), '{"time":"2026-11');
  const continued = await RunFolder.reopen(folder, 1, OPTIONS);
  continued.log({ type: 'note', text: 'next', iteration: 1, timesteps: 1 });
  await continued.close();
  const lines = readFileSync(join(folder, 'notes.jsonl'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).text)).toEqual(['whole', 'next']);
});

test('a best checkpoint that cannot be read is named and counts no more', async () => {
  const run = await newRun();
  await run.writeBest(BYTES.slice(0, 1000));
  await run.close();
  const warnings: string[] = [];
  const warn = (text: string) => void warnings.push(text);
  const { bestReturn } = await RunFolder.reopen(folder, 1, { keep: 1, warn });
  expect(bestReturn).toBe(-Infinity);
  expect(warnings).toEqual([
    expect.stringMatching(/best\.safetensors: is truncated.*as the best$/),
  ]);
});

describe('two runs that begin at the same time', () => {
  const outcomes = async (runs: readonly Promise<RunFolder>[]) => {
    const settled = await Promise.allSettled(runs);
    return settled.map((each) =>
      each.status === 'fulfilled' ? each.value.path : each.reason.message,
    );
  };

  test('have folders of their own under the usual name', async () => {
    await RunFolder.check(folder, 'number');
    const create = () => RunFolder.create(folder, RUN, OPTIONS, 'number');
    const paths = await outcomes([create(), create(), create()]);
    expect(paths.sort()).toEqual([folder, `${folder}-2`, `${folder}-3`]);
    await RunFolder.check(folder, 'number');
  });

  test('cannot share a named folder, empty or not there', async () => {
    for (const before of [() => {}, () => mkdirSync(folder)]) {
      rmSync(folder, { recursive: true, force: true });
      before();
      const found = await outcomes([newRun(), newRun(), newRun()]);
      expect(found.filter((each) => each === folder).length).toBe(1);
      expect(found.filter((each) => /cannot be made: it is not empty/.test(each)).length).toBe(2);
    }
  });
});

test('the names of folders have nothing in them that a path could end at', () => {
  const now = new Date('2026-11-28T12:30:05.123Z');
  expect(runFolderName('CartPole-v1', 7, now)).toBe('CartPole-v1-2026-11-28T12-30-05-7');
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(runFolderName(id, 1, now)).toMatch(/^[\w-][\w.-]*$/);
    }),
  );
});

describe.skipIf(process.platform === 'win32')('a process that writes checkpoints', () => {
  let program: ChildProgram;
  beforeAll(() => {
    program = new ChildProgram(`
      import { readFileSync } from 'node:fs';
      import { RunFolder } from './src/node/run-folder';
      const [, , folder, source] = process.argv;
      const bytes = readFileSync(source);
      const options = { keep: 2, warn: () => {} };
      const run = await RunFolder.create(folder, {}, options);
      for (let iteration = 1; ; iteration++) {
        await run.writeCheckpoint(iteration, bytes);
        if (iteration % 3 === 0) await run.writeBest(bytes);
        if (iteration === 1) console.log('one');
      }
    `);
  });
  afterAll(() => program?.remove());

  /** Kills the child at a random moment after its first checkpoint. */
  async function killed(milliseconds: number, source: string): Promise<void> {
    const child: ChildProcess = spawn(process.execPath, [program.path, folder, source]);
    await new Promise((resolve) => child.stdout!.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  test('can be killed at any of 30 moments: the newest complete one is found', async () => {
    const source = join(root, 'source.safetensors');
    writeFileSync(source, BYTES);
    let halves = 0;
    for (let kill = 0; kill < 30; kill++) {
      folder = join(mkdtempSync(join(root, 'kill-')), 'run');
      await killed(1 + 37 * ((kill * 0.618) % 1), source);
      const names = checkpoints();
      halves += names.filter((name) => name.startsWith('.')).length;
      const newest = names.filter((name) => name.startsWith('iteration')).at(-1)!;
      const found = await readCheckpoint(folder);
      expect(found.path.endsWith(newest)).toBe(true);
      expect(found.problems).toEqual([]);
      expect(names.filter((name) => !name.startsWith('.')).length).toBeLessThanOrEqual(4);
      await RunFolder.reopen(folder, 1, OPTIONS);
      expect(checkpoints().filter((name) => name.startsWith('.'))).toEqual([]);
    }
    // Otherwise no kill would have met a file that was being written.
    expect(halves).toBeGreaterThan(0);
  }, 60_000);

  test('leaves the older ones whole where files may not become large enough', async () => {
    const run = await newRun();
    await run.writeCheckpoint(1, BYTES);
    await run.close();
    const limited = new ChildProgram(`
      import { RunFolder } from './src/node/run-folder';
      const options = { keep: 2, warn: () => {} };
      const run = await RunFolder.reopen(process.argv[2], 1, options);
      console.log(await run.writeCheckpoint(2, new Uint8Array(100_000)).catch((e) => e.message));
    `);
    const { stdout } = limited.run(`ulimit -f 8; $PROGRAM ${folder}`);
    limited.remove();
    expect(stdout).toMatch(/iteration-000002\.safetensors: cannot be written: EFBIG/);
    expect(checkpoints()).toEqual(numbered(1));
    expect((await readCheckpoint(folder)).problems).toEqual([]);
  });
});

describe('100 damaged run folders', () => {
  test('each end in a checkpoint or in one clear error', async () => {
    const names = ['config.json', 'metrics.jsonl', 'checkpoints', ...numbered(1), ...numbered(2)];
    const damage = fc.record({
      name: fc.constantFrom(...names),
      how: fc.constantFrom('missing', 'cut', 'foreign', 'folder', 'empty'),
      size: fc.nat(400),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
        folder = join(mkdtempSync(join(root, 'damaged-')), 'run');
        const run = await newRun();
        for (const iteration of [1, 2]) await run.writeCheckpoint(iteration, BYTES);
        await run.close();
        for (const { name, how, size } of damages) {
          const path = join(folder, name.startsWith('iteration') ? 'checkpoints' : '', name);
          if (!existsSync(path)) continue;
          rmSync(path, { recursive: true, force: true });
          if (how === 'missing') continue;
          if (how === 'folder') mkdirSync(path);
          else
            writeFileSync(
              path,
              how === 'cut' ? BYTES.slice(0, size) : 'x'.repeat(how === 'empty' ? 0 : size),
            );
        }
        try {
          const { checkpoint } = await readCheckpoint(folder);
          expect(checkpoint.snapshot.config.seed).toBe(2);
          await RunFolder.reopen(folder, 1, OPTIONS);
        } catch (error) {
          expect(error).toBeInstanceOf(RunFolderError);
          expect((error as Error).message).toMatch(/^\/.*: .{15,}$/s);
        }
      }),
      { numRuns: 100, seed: 4 },
    );
  }, 60_000);
});
