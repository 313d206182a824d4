import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LogEntry, Logger } from '../../src/logging/logger';
import { folderLogger } from '../../src/node/folder-logger';
import { readRun, runFiles } from '../../src/node/run-reader';
import { makeReport } from '../cli/reports';
import { describedRun, evaluationOf } from '../logging/entries';

const root = mkdtempSync(join(tmpdir(), 'lockstep-runs-'));
afterAll(() => rmSync(root, { recursive: true }));

const ENTRIES: readonly LogEntry[] = [
  { type: 'start', run: describedRun(2), iteration: 0, timesteps: 0 },
  { type: 'iteration', report: makeReport(1, [7, 9]) },
  evaluationOf([480, 470]),
  { type: 'end', reason: 'stopped', iteration: 1, timesteps: 1000 },
];

test('what a run says can be read back from its folder', async () => {
  const folder = join(root, 'whole');
  const said: string[] = [];
  const own: Logger = {
    name: 'own',
    log: ({ type }) => void said.push(type),
    flush: async () => {},
    close: async () => {},
  };
  const logger = folderLogger(folder, { others: [own] });
  for (const entry of ENTRIES) logger.log(entry);
  await logger.close();
  expect(said).toEqual(['start', 'iteration', 'evaluation', 'end']);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => name.includes('tfevents'))).toHaveLength(3);
  const run = await readRun(folder);
  expect(run).toMatchObject({
    ...{ folder, state: 'stopped', problems: [] },
    description: { environment: 'CartPole-v1' },
    summary: { evaluation: { meanReturn: 480 } },
  });
  expect(run.metrics.map(({ agents }) => agents.map((k) => k['charts/episodic_return']))).toEqual([
    [7, 9],
  ]);
});

test('a file that cannot be written is one warning, and the others are whole', async () => {
  const folder = join(root, 'hindered');
  mkdirSync(join(folder, 'metrics.jsonl'), { recursive: true });
  const warnings: string[] = [];
  const logger = folderLogger(folder, { warn: (text) => warnings.push(text) });
  for (const entry of [...ENTRIES, ...ENTRIES]) logger.log(entry);
  await logger.close();
  expect(warnings).toEqual([
    expect.stringMatching(/^metrics\.jsonl: .*cannot be written: EISDIR.*; training goes on/),
  ]);
  const run = await readRun(folder);
  expect(run.description?.environment).toBe('CartPole-v1');
  expect(run.problems).toEqual(['metrics.jsonl: cannot be read: it is not a regular file']);
});

describe('the files of the system', () => {
  test('lists folders alone', async () => {
    const folder = join(root, 'list');
    mkdirSync(join(folder, 'run'), { recursive: true });
    writeFileSync(join(folder, 'file'), '');
    symlinkSync('nowhere', join(folder, 'link'));
    expect(await runFiles.folders(folder)).toEqual(['run']);
    await expect(runFiles.folders(join(folder, 'none'))).rejects.toThrow(
      /^ENOENT: no such file or directory$/,
    );
  });

  test('a missing file is undefined, and an unreadable one has the reason', async () => {
    expect(await runFiles.read(join(root, 'none'))).toBeUndefined();
    await expect(runFiles.read(root)).rejects.toThrow('it is not a regular file');
    await expect(runFiles.read(`${root}/list/file/x`)).rejects.toThrow('ENOTDIR');
  });

  test('a folder that is none is a broken run', async () => {
    const run = await readRun(join(root, 'none'));
    expect(run).toMatchObject({ state: 'broken', problems: ['config.json: it is missing'] });
  });
});
