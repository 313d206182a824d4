/** The commands about saved runs: on folders in memory, then the built command on the disk. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../src/cli/compare';
import { runs } from '../../src/cli/runs';
import { cartpole } from '../../src/environments/cartpole';
import { type Contents, filesOf, runFolder, WRITTEN } from '../logging/run-folders';
import { ensureBuilt, lockstep } from '../support/lockstep';
import { Recorder } from './reports';

/** The services on files in memory, and what the commands print and write. */
function services(contents: Contents, full = false) {
  const terminal = { stdout: new Recorder(), stderr: new Recorder() };
  const written: Record<string, string> = {};
  const from = {
    ...{ runFiles: filesOf(contents), wallTime: () => WRITTEN },
    environments: () => [cartpole],
    writeFile: async (path: string, text: string | Uint8Array) => {
      if (full) throw new Error(`${path}: cannot be written: ENOSPC`);
      written[path] = String(text);
    },
  };
  return { from, terminal, written };
}

const TWO = { ...runFolder('a', { ended: 3 }), ...runFolder('b', { config: { gamma: 0.5 } }) };

describe('lockstep compare', () => {
  test('prints the table, and writes the curves beside the caller or to --out', async () => {
    for (const out of [undefined, 'x/y.svg']) {
      const { from, terminal, written } = services(TWO);
      expect(await compare({ operands: ['a/', 'b'], out }, from, terminal)).toBe(0);
      expect(terminal.stdout.text).toMatch(/A +a +3 +20\.0.*B +b.*gamma +0\.99 +0\.5\n$/s);
      // The threshold of CartPole-v1 is 475.
      expect(terminal.stdout.text).toContain('steps to solve');
      const path = out ?? 'curves.svg';
      expect(Object.keys(written)).toEqual([path]);
      expect(written[path]).toMatch(/^<svg .*● A: a.*● B: b.*<\/svg>\n$/s);
      expect(terminal.stderr.text).toBe(`curves written to ${path}\n`);
    }
  });

  test('names what is damaged and compares the rest', async () => {
    const damaged = { ...TWO, 'b/metrics.jsonl': `${TWO['b/metrics.jsonl']}x\n` };
    const { from, terminal } = services(damaged);
    expect(await compare({ operands: ['a', 'b'], out: undefined }, from, terminal)).toBe(0);
    expect(terminal.stderr.text).toMatch(/^warning: b: metrics\.jsonl: line 4: /);
    expect(terminal.stdout.text).toMatch(/B +b +3 +20\.0 .* broken/);
  });

  test('refuses folders without anything of a run', async () => {
    const { from, terminal, written } = services(TWO);
    await expect(compare({ operands: ['a', 'c'], out: undefined }, from, terminal)).rejects.toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: 'c: config.json: it is missing',
      }),
    );
    expect(written).toEqual({});
  });

  test('a full disk loses the curves, not the table', async () => {
    const { from, terminal } = services(TWO, true);
    const comparing = compare({ operands: ['a', 'b'], out: undefined }, from, terminal);
    await expect(comparing).rejects.toThrow('curves.svg: cannot be written: ENOSPC');
    expect(terminal.stdout.text).toContain('final return');
  });
});

test('lockstep runs reads the folder runs unless another is named', async () => {
  const { from, terminal } = services(runFolder('runs/a', { ended: 3 }));
  expect(await runs({ operands: [] }, from, terminal)).toBe(0);
  expect(terminal.stdout.text).toMatch(/^run .*\nruns\/a .*finished/);
  await expect(runs({ operands: ['b'] }, from, terminal)).rejects.toThrow('b: cannot be read');
});

describe('the built command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-compare-'));
  const write = (files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  beforeAll(() => {
    ensureBuilt();
    write({ ...runFolder('runs/a', { ended: 3 }), ...runFolder('runs/b', {}) });
    write({ 'runs/c/summary.json': '{', 'runs/stray': '' });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('lists runs', async () => {
    const { code, stdout, stderr } = await lockstep('runs', { cwd: folder });
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
    expect(stdout).toMatch(/runs\/a +CartPole-v1 .* finished +summary\.json: 3 of 3 iterations/);
    expect(stdout).toMatch(/runs\/b .* running +no end was recorded; last written \d+ s ago/);
    expect(stdout).toMatch(/runs\/c .* broken .*summary\.json: /);
    expect(code).toBe(0);
  });

  test('compares runs', async () => {
    const { code, stdout } = await lockstep('compare runs/a runs/b', { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('A B  2 runs together');
    expect(readFileSync(join(folder, 'curves.svg'), 'utf8')).toContain('Learning curves: Cart');
  });

  test.each([
    ['runs nowhere', /^lockstep: nowhere: cannot be read: ENOENT/],
    ['compare', /^lockstep: lockstep compare needs run folders; "lockstep runs" lists them/],
    ['compare runs/a nowhere', /^lockstep: nowhere: config\.json: it is missing/],
    ['compare runs/a --out', /--out needs a value/],
  ])('refuses: %s', async (line, message) => {
    const { code, stdout, stderr } = await lockstep(line, { cwd: folder });
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a path that cannot be written is named, after the table', async () => {
    const line = 'compare runs/a --out none/curves.svg';
    const { code, stdout, stderr } = await lockstep(line, { cwd: folder });
    expect(stderr).toMatch(/^lockstep: none\/curves\.svg: cannot be written: ENOENT/);
    expect(stdout).toContain('final return');
    expect(code).toBe(1);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
