/** What the commands read from the disk and write to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Gpu } from '../gpu/device';
import { importEnvironment } from '../node/environment-file';
import { moduleIn } from '../node/environment-template';
import {
  checkWritable,
  readPolicy,
  readSavedPolicy,
  writeFileWhole,
  writePolicy,
} from '../node/policy-file';
import { runFiles } from '../node/run-reader';
import type { Services } from './dispatch';

/** The part of `Services` that is about files. */
type FileServices = Pick<
  Services<Gpu>,
  | 'importEnvironment'
  | 'gymnasiumEnvironment'
  | 'readText'
  | 'readCheckpoint'
  | 'argv'
  | 'usualRunFolder'
  | 'checkRunFolder'
  | 'openRun'
  | 'exchange'
  | 'policyFiles'
  | 'runFiles'
  | 'writeFile'
  | 'readSaved'
  | 'writeTemplate'
  | 'moduleIn'
>;

/** Writes a file whole or not at all. */
function write(path: string, content: string | Uint8Array): Promise<void> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return writeFileWhole(path, bytes);
}

/** @param argv the words of the command line */
export const fileServices = (argv: readonly string[]): FileServices => ({
  importEnvironment,
  gymnasiumEnvironment: async (id, options) => {
    const { gymnasiumEnvironment } = await import('../node/gymnasium');
    return gymnasiumEnvironment(id, options);
  },
  readText: (path) => readFileSync(path, 'utf8'),
  readCheckpoint: async (path, use) => {
    const { readCheckpoint } = await import('../node/find-checkpoint');
    return readCheckpoint(path, use);
  },
  argv,
  usualRunFolder: async (environment, seed) => {
    const { runFolderName } = await import('../node/run-folder');
    return join('runs', runFolderName(environment, seed, new Date()));
  },
  checkRunFolder: async (path, ifTaken) => {
    const { RunFolder } = await import('../node/run-folder');
    return RunFolder.check(path, ifTaken);
  },
  openRun: async ({ place, description, iteration, ...options }) => {
    const { RunFolder } = await import('../node/run-folder');
    const { path, ifTaken } = place;
    return ifTaken === 'continue'
      ? RunFolder.reopen(path, iteration, options)
      : RunFolder.create(path, description, options, ifTaken);
  },
  exchange: {
    findPolicy: async (path) => {
      const { policyFileOf } = await import('../node/find-checkpoint');
      const file = await policyFileOf(path);
      return { path: file, saved: await readSavedPolicy(file) };
    },
    makeExport: async (format, saved, agent) => {
      const { MAKE_EXPORT } = await import('./export-formats');
      return MAKE_EXPORT[format](saved, { agent });
    },
    verifyExport: async (...given) => {
      const { verifyExport } = await import('./verify-export');
      return verifyExport(...given);
    },
    importPolicy: async (path, environment) => {
      const { importPolicyFile } = await import('../node/foreign-policy');
      return importPolicyFile(path, environment);
    },
    checkWritable,
    writeBytes: write,
  },
  policyFiles: { checkWritable, read: readPolicy, write: writePolicy },
  runFiles,
  writeTemplate: async (name) => {
    const { writeTemplate } = await import('../node/environment-template');
    return writeTemplate(name);
  },
  moduleIn,
  writeFile: write,
  readSaved: async (path) => {
    const { policyFileOf } = await import('../node/find-checkpoint');
    return readSavedPolicy(await policyFileOf(path));
  },
});
