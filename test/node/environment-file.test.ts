/** Environments from users' modules. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EnvironmentError } from '../../src/environments/definition';
import { importEnvironment } from '../../src/node/environment-file';
import { brokenWorld } from '../support/broken-world';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-environments-'));
afterAll(() => rmSync(folder, { recursive: true }));
const WORLD = brokenWorld({ quantity: 'reward', bits: 0, first: 1 });
let modules = 0;

function write(text: string): string {
  modules += 1;
  const path = join(folder, `${modules}.mjs`);
  writeFileSync(path, text);
  return path;
}

test.each(['export default', 'export const environment ='])('%s gives one', async (begin) => {
  const found = await importEnvironment(write(`${begin} ${JSON.stringify(WORLD)};`));
  expect(found).toEqual(WORLD);
});

test.each([
  ['export const other = 3;', /: exports other; it must export an environment, as default or as/],
  ['', /: exports nothing; it must export an environment/],
  ['export default { id: "A" };', /: environment A: /],
  ['export default 5;', /: environment must be a description made by defineEnvironment/],
  ['let = ;', /: cannot be imported: /],
  ['throw new Error("own")', /: cannot be imported: own$/],
])('a module with %s is refused', async (text, message) => {
  const path = write(text);
  const error = await importEnvironment(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EnvironmentError);
  expect((error as Error).message.startsWith(`${path}:`)).toBe(true);
  expect((error as Error).message).toMatch(message);
  if (text !== '' && !text.includes('other')) expect((error as Error).cause).toBeInstanceOf(Error);
});

test('a module that is not there is refused', async () => {
  await expect(importEnvironment(join(folder, 'no.mjs'))).rejects.toThrow(/cannot be imported: /);
});
