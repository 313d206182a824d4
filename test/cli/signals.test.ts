/**
 * What ends a run before its time: signals in good order, everything else at once and by its name.
 */
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENDING_SIGNALS, SIGNAL_NAMES } from '../../src/cli/signals';
import { ensureBuilt, lockstep, signalAt } from '../support/lockstep';

beforeAll(ensureBuilt);

const ENDLESS = 'train CartPole-v1 --num-envs 16 --num-steps 8 --total-timesteps 1000000000';
const folder = mkdtempSync(join(tmpdir(), 'lockstep-signals-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(process.platform === 'win32')('a run', () => {
  test.each(SIGNAL_NAMES)('is saved and evaluated after %s', async (signal) => {
    const file = join(folder, signal);
    const line = `${ENDLESS} --episodes 3 --json --save ${file}`;
    const { code, stdout, stderr } = await lockstep(line, { steps: [signalAt(/ETA/, signal)] });
    expect(stderr).toMatch(new RegExp(`^${signal}: finishing; `, 'm'));
    const record = JSON.parse(stdout);
    expect(record.timesteps).toBe(record.iterations * 16 * 8);
    expect(record.timesteps).toBeLessThan(1_000_000_000);
    expect(record.evaluation.episodes).toBe(3);
    expect(existsSync(file)).toBe(true);
    expect(code).toBe(ENDING_SIGNALS[signal]);
  });

  test('ends at once at the second signal', async () => {
    const file = join(folder, 'second');
    const { code, stdout } = await lockstep(`${ENDLESS} --episodes 1000000 --save ${file}`, {
      steps: [signalAt(/ETA/, 'SIGTERM'), signalAt(/^evaluating/m, 'SIGINT')],
    });
    expect([code, stdout, existsSync(file)]).toEqual([ENDING_SIGNALS.SIGINT, '', true]);
  });

  test('ends at once at a signal before training, by that signal', async () => {
    const { code, stdout } = await lockstep(ENDLESS, {
      steps: [signalAt(/^CartPole-v1 on /, 'SIGTERM')],
    });
    expect([code, stdout]).toEqual([null, '']);
  });
});

/** The process that a process has started. */
function childOf(pid: number): number {
  const isChild = (entry: string): boolean => {
    const status = existsSync(`/proc/${entry}/status`);
    return status && readFileSync(`/proc/${entry}/status`, 'utf8').includes(`\nPPid:\t${pid}\n`);
  };
  return Number(readdirSync('/proc').find(isChild));
}

describe.runIf(process.platform === 'linux')('the process that trains', () => {
  test('does not die without a word', async () => {
    const act = ({ pid }: ChildProcess): unknown => process.kill(childOf(pid!), 'SIGSEGV');
    const { code, stderr } = await lockstep(ENDLESS, { steps: [{ stderr: /ETA/, act }] });
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('lockstep: the run was ended by SIGSEGV');
    expect(code).toBe(139);
  });

  test('does not outlive the process that started it', async () => {
    // Standard output is read to its end, which is there when no process has it open any more.
    const { code, stdout } = await lockstep(ENDLESS, { steps: [signalAt(/ETA/, 'SIGKILL')] });
    expect([code, stdout]).toEqual([null, '']);
  });
});
