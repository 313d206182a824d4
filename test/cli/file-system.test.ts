/**
 * Run folders on a file system that is full, or that nothing can be written to: real ones, mounted
 * where only the process and its children see them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeCheckpoint } from '../../src/trainer/checkpoint';
import { type CommandResult, ensureBuilt, shell } from '../support/lockstep';

const root = mkdtempSync(join(tmpdir(), 'lockstep-file-systems-'));
beforeAll(ensureBuilt);
afterAll(() => rmSync(root, { recursive: true }));

/** Where the file system is mounted, and where its files are copied to afterwards. */
let mounted = root;
let copied = root;
beforeEach(() => {
  mounted = mkdtempSync(join(root, 'mounted-'));
  copied = mkdtempSync(join(root, 'copied-'));
});

const UNSHARE = ['--map-root-user', '--mount'];
const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'none', root]).status === 0;

/** Runs shell commands with a file system of some size at $DISK; keeps what they leave there. */
function onDisk(size: string, commands: string): Promise<CommandResult> {
  const script =
    `mount -t tmpfs -o size=${size} none $DISK; { ${commands}; }; code=$?; ` +
    `[ -d $DISK/run ] && cp -r $DISK/run $COPY; exit $code`;
  const words = `unshare ${UNSHARE.join(' ')} bash -c '${script}'`;
  return shell(words, { env: { DISK: mounted, COPY: copied } });
}

const TRAIN =
  '$LOCKSTEP train CartPole-v1 --num-envs 16 --num-steps 8 --total-timesteps 5120 --episodes 3 ' +
  '--hidden-sizes 32,32 --run-dir $DISK/run';

/** The iterations of the checkpoints that were kept, all of them complete. */
function keptIterations(): number[] {
  const folder = join(copied, 'run', 'checkpoints');
  const names = readdirSync(folder).filter((name) => name.startsWith('iteration'));
  return names.map((name) => {
    const { snapshot } = decodeCheckpoint(readFileSync(join(folder, name)));
    expect(name).toBe(
      `iteration-${String(snapshot.counters.iteration).padStart(6, '0')}.safetensors`,
    );
    return snapshot.counters.iteration;
  });
}

describe.runIf(canMount)('on a mounted file system', () => {
  test('that becomes full, training ends with one message and whole checkpoints', async () => {
    const line = `${TRAIN} --save-interval 1 --keep 40`;
    const { code, stdout, stderr } = await onDisk('600k', line);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^mean return /m);
    const refused = stderr.match(/cannot be written: ENOSPC: no space left on device/g);
    expect(refused!.length).toBeGreaterThan(0);
    expect(keptIterations().length).toBeGreaterThan(1);
  });

  test('that nothing can be written to, training does not begin', async () => {
    const { code, stdout, stderr } = await onDisk('1m', `mount -o remount,ro $DISK; ${TRAIN}`);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/: cannot be made: EROFS: read-only file system.*; --run-dir names/);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });

  test('that nothing can be written to any more, a run cannot be resumed', async () => {
    const line =
      `${TRAIN} --stop-after-iterations 10; mount -o remount,ro $DISK; ` +
      '$LOCKSTEP train --resume $DISK/run';
    const { code, stderr } = await onDisk('8m', line);
    expect(code).toBe(2);
    expect(stderr).toMatch(/: cannot be written: EROFS: read-only file system/);
    expect(keptIterations()).toEqual([10]);
  });

  test('whose checkpoints become read-only, training goes on and keeps the old ones', async () => {
    const folder = '$DISK/run/checkpoints';
    const refuse =
      `until [ -e ${folder}/iteration-000005.safetensors ]; do sleep 0.01; done; ` +
      `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`;
    const line = `{ ${refuse}; } & ${TRAIN} --save-interval 5 --total-timesteps 64000`;
    const { code, stdout, stderr } = await onDisk('64m', line);
    expect(stdout).toMatch(/^mean return /m);
    expect(stderr.match(/EROFS: read-only file system; training goes on/g)!.length).toBe(1);
    expect(code).toBe(1);
    expect(keptIterations().length).toBeGreaterThan(0);
  });
});
