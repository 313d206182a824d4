/** docs/getting-started.md: its commands are run as printed, and leave what the page promises. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureBuilt, shell } from '../support/lockstep';

const PAGE = readFileSync('docs/getting-started.md', 'utf8');
const FOLDER = mkdtempSync(join(tmpdir(), 'getting-started-'));
/** Milliseconds for all commands on SwiftShader; lavapipe takes less than two minutes. */
const PATIENCE = 1_800_000;

/** A file that the reader saves, lines that he runs, or what he then sees. */
type Block =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'commands' | 'output'; readonly lines: readonly string[] };

const BLOCKS: readonly Block[] = [
  ...PAGE.matchAll(/(?:Save this as `([^`]+)`:\n\n)?^```(\w+)\n(.*?)^```$/gms),
].map(([, name, language, text]) => {
  if (name !== undefined) return { kind: 'file', name, text: text! };
  return {
    kind: language === 'sh' ? 'commands' : 'output',
    lines: text!.split('\n').filter((line) => line !== '' && line !== '…'),
  };
});

/** The files that the last table lists. */
const PROMISED = PAGE.slice(PAGE.indexOf('| file | is |'))
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!));

/** Where `npx lockstep` finds the built command, and programs the built package. */
function prepare(): void {
  const bin = join(FOLDER, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(resolve('.'), join(FOLDER, 'node_modules', 'lockstep-ppo'));
  symlinkSync(resolve('dist/cli.js'), join(bin, 'lockstep'));
}

/** A line with its numbers and the width of its columns taken out. */
const shapeOf = (line: string): string =>
  line
    .replace(/-?\d[\d.,]*(e-?\d+)?[kM]?|(?<=\s)-(?=\s)/g, '#')
    .replace(/\s+/g, ' ')
    .trim();

function isThere(path: string): boolean {
  const file = join(FOLDER, path);
  if (!path.endsWith('*')) return existsSync(file) && statSync(file).size > 0;
  const start = basename(path).slice(0, -1);
  return readdirSync(dirname(file)).some((name) => name.startsWith(start));
}

beforeAll(() => {
  ensureBuilt();
  prepare();
});
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

test('the commands of the page do what it says', { timeout: PATIENCE }, async () => {
  let output: string[] = [];
  for (const block of BLOCKS) {
    if (block.kind === 'file') writeFileSync(join(FOLDER, block.name), block.text);
    if (block.kind === 'output') {
      const missing = block.lines.filter((line) => !output.includes(shapeOf(line)));
      expect(missing, output.join('\n')).toEqual([]);
    }
    if (block.kind !== 'commands') continue;
    output = [];
    for (const command of block.lines) {
      const { code, stdout, stderr } = await shell(command, { cwd: FOLDER });
      expect(code, `${command}\n${stderr}`).toBe(0);
      output.push(...`${stdout}\n${stderr}`.split('\n').map(shapeOf));
    }
  }
  expect(PROMISED.filter((path) => !isThere(path))).toEqual([]);
  expect(PROMISED.length).toBeGreaterThan(10);
});

test('the page has every step of the path', () => {
  const commands = BLOCKS.flatMap((block) => (block.kind === 'commands' ? block.lines : []));
  const verbs = commands.map((line) => /lockstep (\w+)/.exec(line)?.[1] ?? line);
  for (const verb of ['train', 'compare', 'eval', 'record', 'export'])
    expect(verbs).toContain(verb);
  expect(commands.some((line) => line.includes('--stop-after-iterations'))).toBe(true);
  expect(commands.some((line) => line.includes('--resume'))).toBe(true);
  expect(commands.some((line) => line.includes('train ./rail.mjs'))).toBe(true);
});
