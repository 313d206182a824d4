/** The command where a stream fails or its reader goes away: the run goes on, the code tells. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt, lockstep, shell } from '../support/lockstep';

beforeAll(ensureBuilt);

const SHORT =
  '--num-envs 16 --num-steps 8 --total-timesteps 256 --episodes 3 --hidden-sizes 4,4 --no-save';
const folder = mkdtempSync(join(tmpdir(), 'lockstep-streams-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.runIf(existsSync('/dev/full'))('a full disk (/dev/full)', () => {
  test('loses the result of a run with a message and exit code 1', async () => {
    const { code, stderr } = await shell(`$LOCKSTEP train CartPole-v1 ${SHORT} --json > /dev/full`);
    expect(stderr).toMatch(/^mean return /m);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'lockstep: standard output cannot be written: ENOSPC: no space left on device',
    );
    expect(code).toBe(1);
  });

  test.each(['envs', '--help', '--version', 'train CartPole-v1 --print-config', 'doctor'])(
    'is told by %s',
    async (line) => {
      const { code, stderr } = await shell(`$LOCKSTEP ${line} > /dev/full`);
      expect(stderr).toMatch(/^lockstep: standard output cannot be written: ENOSPC: .*\n$/);
      expect(code).toBe(1);
    },
  );

  test('takes the progress, not the result', async () => {
    const { code, stdout } = await shell(`$LOCKSTEP train CartPole-v1 ${SHORT} 2> /dev/full`);
    expect(stdout).toMatch(/^mean return /m);
    expect(code).toBe(0);
  });
});

describe.skipIf(process.platform === 'win32')('a reader that goes away', () => {
  test('ends the output, not the run: what was to be saved is saved', async () => {
    const file = join(folder, 'saved.safetensors');
    const line = `$LOCKSTEP train CartPole-v1 ${SHORT} --save ${file} 2>&1`;
    const { stdout } = await shell(`exec 3>&1; { ${line}; echo "code $?" >&3; } | head -1 >&2`);
    expect(stdout).toBe('code 0\n');
    expect(existsSync(file)).toBe(true);
  });
});

describe.runIf(process.platform === 'linux')('lines of Dawn and the drivers', () => {
  const train = `$LOCKSTEP train CartPole-v1 ${SHORT} --quiet`;
  const expected = /^CartPole-v1 on .*\nevaluating 3 greedy episodes per agent\n$/;

  test.each([
    ['a pipe', `${train} > /dev/null`],
    ['a file', `${train} 2> ${folder}/errors > /dev/null; cat ${folder}/errors >&2`],
    ['a file that is appended to', `${train} 2>> ${folder}/more; cat ${folder}/more >&2`],
    // script(1) runs a command on a terminal of its own.
    ['a terminal', `script -qec '${train} > /dev/null' /dev/null | tr -d '\\r' >&2`],
  ])('do not reach %s', async (_, command) => {
    expect((await shell(command)).stderr).toMatch(expected);
  });

  test('are shown with LOCKSTEP_DEBUG, as they come', async () => {
    const env = { LOCKSTEP_DEBUG: '1' };
    const { code, stderr } = await lockstep(`train CartPole-v1 ${SHORT} --quiet`, { env });
    expect(stderr).toMatch(/^evaluating/m);
    expect(code).toBe(0);
  });
});
