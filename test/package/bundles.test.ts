/** The installed package in a page, a Worker and a worker thread; what a page loads of it. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumProblem, withPage } from '../support/chromium';
import { type Consumer, installPacked, ROOT } from './packed';
import { type Site, siteByEsbuild, siteByVite } from './pages';

/**
 * Most kilobytes (1000 bytes, gzip -9) of a page that trains CartPole-v1. docs/log.md says what
 * they are; raise one only with a reason there.
 */
const BUDGET = {
  /** Before createTrainer is called: all files that the first one imports statically. */
  entry: 102,
  /** Once it has trained, here on a software adapter; a GPU's kernels are 6 less. */
  training: 172,
  /** Without splitting, in one file. */
  whole: 208,
};

let consumer: Consumer;
beforeAll(() => {
  consumer = installPacked();
  cpSync(join(ROOT, 'test/package/consumer'), consumer.folder, { recursive: true });
});
afterAll(() => consumer?.remove());

/** What the page's program puts there. */
const iterations = (page: Page): Promise<unknown> =>
  page.evaluate(() => Reflect.get(window, 'iterations'));

const kilobytes = (site: Site, paths: readonly string[]): number =>
  paths.reduce((sum, path) => sum + gzipSync(site[path]!.body, { level: 9 }).length / 1000, 0);

/** A script and all that it imports statically. */
function staticImports(site: Site, path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = Buffer.from(site[path]!.body).toString();
  for (const [, name] of text.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g)) {
    staticImports(site, `/${name}`, found);
  }
  return found;
}

const problem = await chromiumProblem();

describe.skipIf(problem !== undefined)(
  `the package in Chromium${problem ? ` (${problem})` : ''}`,
  () => {
    test('trains in a page by esbuild, which loads no more than its budget', async () => {
      const { site, warnings } = await siteByEsbuild(consumer.folder, 'page.mjs', true);
      expect(warnings).toEqual([]);
      const loaded = await withPage(site, async (page) => {
        expect(await iterations(page)).toEqual([1, 2, 3]);
        return page.evaluate(() =>
          performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
        );
      });
      const scripts = [...new Set(loaded)].filter((path) => path.endsWith('.js'));
      const entry = [...staticImports(site, '/entry.js')];
      expect(scripts).toEqual(expect.arrayContaining(entry));
      expect(scripts.length).toBeGreaterThan(entry.length);
      expect(kilobytes(site, entry)).toBeLessThan(BUDGET.entry);
      expect(kilobytes(site, scripts)).toBeLessThan(BUDGET.training);
    });

    test('trains in a page by Vite and in its Worker at the same time', async () => {
      const site = await siteByVite(consumer.folder, 'worker-page.mjs');
      const both = [1, 2, 3];
      expect(await withPage(site, iterations)).toEqual([both, both]);
    });
  },
);

test('one file without splitting has no more than its budget', async () => {
  const { site, warnings } = await siteByEsbuild(consumer.folder, 'page.mjs', false);
  expect(warnings).toEqual([]);
  expect(Object.keys(site)).toEqual(['/entry.js', '/']);
  expect(kilobytes(site, ['/entry.js'])).toBeLessThan(BUDGET.whole);
});

test('the package trains in a worker thread', () => {
  expect(consumer.run('thread.mjs')).toBe('[1,2,3]\n');
});
