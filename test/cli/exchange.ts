/** Policies that leave and come, for commands in a test. */
import type { PolicyExchange } from '../../src/cli/export';
import { MAKE_EXPORT } from '../../src/cli/export-formats';
import type { Verification } from '../../src/cli/verify-export';
import { importPolicy } from '../../src/export/import-policy';
import type { SavedPolicy } from '../../src/trainer/saved-policy';

const unexpected = async (): Promise<never> => {
  throw new Error('nothing is exported or imported here');
};

/** For commands that neither export nor import. */
export const NO_EXCHANGE: PolicyExchange<never> = {
  findPolicy: unexpected,
  makeExport: unexpected,
  verifyExport: unexpected,
  importPolicy: unexpected,
  checkWritable: unexpected,
  writeBytes: unexpected,
};

const VERIFIED: Verification = {
  observations: 2048,
  differences: { choices: 0, action: 0, logProbability: 2.5e-7, value: 4e-7 },
};

/** Files in memory, and a device that finds what the test says. */
export class FakeExchange implements PolicyExchange<never> {
  readonly written = new Map<string, Uint8Array>();
  /** Why no file can be written. */
  badFile: string | undefined;
  /** Why the export is not what the device computes. */
  difference: Error | undefined;

  constructor(
    private readonly saved: Readonly<Record<string, SavedPolicy>>,
    private readonly foreign: Readonly<Record<string, Uint8Array>> = {},
  ) {}

  findPolicy: PolicyExchange<never>['findPolicy'] = async (path) => {
    const saved = this.saved[path];
    if (saved) return { path, saved };
    throw new Error(`${path}: cannot be read: ENOENT: no such file or directory`);
  };

  makeExport: PolicyExchange<never>['makeExport'] = async (format, saved, agent) =>
    MAKE_EXPORT[format](saved, { agent });

  verifyExport = async (): Promise<Verification> => {
    if (this.difference) throw this.difference;
    return VERIFIED;
  };

  importPolicy: PolicyExchange<never>['importPolicy'] = async (path, environment) =>
    importPolicy(this.foreign[path]!, environment);

  checkWritable = async (path: string): Promise<void> => {
    if (this.badFile) throw new Error(`${path}: cannot be written: ${this.badFile}`);
  };

  writeBytes = async (path: string, bytes: Uint8Array): Promise<void> => {
    this.written.set(path, bytes);
  };
}
