import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { LAYERED } from '../../src/network/kernel-plan';
import { chromiumProblem, withPage } from '../support/chromium';
import { type LibraryWindow, libraryPage } from '../support/library-page';

const problem = await chromiumProblem();

/** Within the page: times and keeps, or remembers. */
async function tuneInPage(hiddenSizes: readonly number[]) {
  const { library } = window as unknown as LibraryWindow;
  const gpu = await library.requestGpu();
  const environment = library.findEnvironment('CartPole-v1');
  const sizes = { numEnvs: 8, numSteps: 16, numMinibatches: 2, updateEpochs: 1 };
  // silu has few variants, which take less time to compile.
  const config = { ...sizes, hiddenSizes, activation: 'silu' } as const;
  const memory = library.tuningDatabase();
  const { plan, timings } = await library.tunePlan({ gpu, environment, config, memory });
  gpu.destroy();
  return { plan, measured: timings.length };
}

/** Within the page. */
async function keepInPage([name, key]: readonly [string, string]) {
  const { library } = window as unknown as LibraryWindow;
  await library.tuningDatabase(name).set(key, library.LAYERED);
}

/** Within the page: what is kept under two keys of two databases. */
async function readInPage() {
  const { library } = window as unknown as LibraryWindow;
  const read = (name: string, key: string) => library.tuningDatabase(name).get(key);
  return Promise.all([read('a', 'x'), read('a', 'y'), read('b', 'x'), read('b', 'y')]);
}

/** A page that may not keep anything, as in some private windows. */
const forbid = (page: Page): Promise<void> =>
  page.evaluate(() => {
    indexedDB.open = () => {
      throw new DOMException('no', 'SecurityError');
    };
  });

const suite = `tuningDatabase in Chromium${problem ? ` (${problem})` : ''}`;

describe.skipIf(problem !== undefined)(suite, async () => {
  const files = problem === undefined ? await libraryPage() : {};

  it('keeps choices by database and key beyond a reload', async () => {
    const kept = await withPage(files, async (page) => {
      const before = await page.evaluate(readInPage);
      await page.evaluate(keepInPage, ['a', 'x'] as const);
      await page.evaluate(keepInPage, ['b', 'y'] as const);
      await page.reload();
      return { before, after: await page.evaluate(readInPage) };
    });
    expect(kept.before).toEqual([undefined, undefined, undefined, undefined]);
    expect(kept.after).toEqual([LAYERED, undefined, undefined, LAYERED]);
  });

  it('lets a reloaded page tune without measuring, but not other networks', async () => {
    const { first, second, other } = await withPage(files, async (page) => {
      const first = await page.evaluate(tuneInPage, [5, 3]);
      await page.reload();
      const second = await page.evaluate(tuneInPage, [5, 3]);
      return { first, second, other: await page.evaluate(tuneInPage, [6, 3]) };
    });
    expect(first.measured).toBeGreaterThan(1);
    expect(second).toEqual({ plan: first.plan, measured: 0 });
    expect(other.measured).toBe(first.measured);
  });

  it('forgets where nothing may be kept, and says nothing of it', async () => {
    const kept = await withPage(files, async (page) => {
      await forbid(page);
      await page.evaluate(keepInPage, ['a', 'x'] as const);
      return page.evaluate(readInPage);
    });
    expect(kept).toEqual([undefined, undefined, undefined, undefined]);
  });
});
