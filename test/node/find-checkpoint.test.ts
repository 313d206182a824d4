/** Which checkpoint of a run folder is read. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { completeConfig } from '../../src/config/defaults';
import { cartpole } from '../../src/environments/cartpole';
import { policyFileOf, readCheckpoint } from '../../src/node/find-checkpoint';
import { createTrainer } from '../../src/trainer/create-trainer';
import { openTestGpu } from '../support/gpu';
import { SMALL } from '../trainer/training';

const root = mkdtempSync(join(tmpdir(), 'lockstep-checkpoints-'));
afterAll(() => rmSync(root, { recursive: true }));
let folder = root;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'run-'));
  mkdirSync(join(folder, 'checkpoints'));
});

const trainer = await createTrainer({
  gpu: await openTestGpu(),
  environment: cartpole,
  config: completeConfig(SMALL),
});
const BYTES = await trainer.save();
trainer.destroy();

const write = (name: string, bytes = BYTES): void =>
  writeFileSync(join(folder, 'checkpoints', `${name}.safetensors`), bytes);

test('the one before a fault is replayed, but not resumed', async () => {
  write('before-fault');
  await expect(readCheckpoint(folder)).rejects.toThrow(/be resumed: it has no checkpoints/);
  write('iteration-000002');
  expect((await readCheckpoint(folder, 'replayed')).path).toMatch(/before-fault\.safetensors$/);
  expect((await readCheckpoint(folder, 'resumed')).path).toMatch(/iteration-000002/);
});

test('a damaged one before a fault is named, and the newest is replayed', async () => {
  write('before-fault', BYTES.slice(0, 1000));
  await expect(readCheckpoint(folder, 'replayed')).rejects.toThrow(/be replayed: .*is truncated/);
  write('iteration-000002');
  const { path, problems } = await readCheckpoint(folder, 'replayed');
  expect(path).toMatch(/iteration-000002/);
  expect(problems).toEqual([expect.stringMatching(/before-fault.*is truncated/)]);
});

test('why the checkpoints cannot be listed is told', async () => {
  rmSync(join(folder, 'checkpoints'), { recursive: true });
  await expect(policyFileOf(folder)).rejects.toThrow(/it has no checkpoints/);
  writeFileSync(join(folder, 'checkpoints'), '');
  await expect(readCheckpoint(folder)).rejects.toThrow(/cannot be read: ENOTDIR: not a directory/);
  await expect(policyFileOf(folder)).rejects.toThrow(/cannot be read: ENOTDIR: not a directory/);
});
