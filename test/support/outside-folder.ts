/** A project outside of the repository that has installed the built package. */
import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** @returns the path of a new folder, for the caller to remove */
export function outsideFolder(name: string): string {
  const root = mkdtempSync(join(tmpdir(), `lockstep-${name}-`));
  mkdirSync(join(root, 'node_modules'));
  for (const installed of ['webgpu', '@sparticuz']) {
    symlinkSync(resolve('node_modules', installed), join(root, 'node_modules', installed));
  }
  symlinkSync(resolve('.'), join(root, 'node_modules', 'lockstep-ppo'));
  return root;
}
