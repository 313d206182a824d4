/** How the page behaves: nothing from elsewhere, lost devices, no WebGPU, accessibility, size. */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumProblem } from '../support/chromium';
import {
  complaintsOf,
  FOLDER,
  findings,
  fingerprintAt,
  LONG,
  pageSite,
  pointsOf,
  SMALL,
  untilPoints,
  untilStatus,
  visitPage,
} from '../support/page-site';

const problem = await chromiumProblem();

/** Most kilobytes (1000 bytes, gzip -9) of all that a page loads until it trains. */
const BUDGET = 250;

describe.skipIf(problem !== undefined)(`the page${problem ? ` (${problem})` : ''}`, () => {
  test('asks its own origin only, for less than its budget, and breaks no policy', async () => {
    const asked: string[] = [];
    let complaints: string[] = [];
    const listen = async (page: Page): Promise<void> => {
      page.context().on('request', (request) => asked.push(request.url()));
      complaints = complaintsOf(page);
    };
    await visitPage(
      SMALL,
      async (page) => {
        await untilPoints(page, 3);
        await page.waitForSelector('#worlds[data-worlds]');
        const { origin } = new URL(page.url());
        expect(asked.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
        const paths = new Set(asked.map((url) => new URL(url).pathname));
        const loaded = [...paths].filter((path) => path.startsWith(FOLDER));
        // The editor comes when somebody opens it.
        expect(loaded.filter((path) => path.includes('editor'))).toEqual([]);
        expect(loaded).toEqual(expect.arrayContaining([`${FOLDER}main.js`, `${FOLDER}worker.js`]));
        const kilobytes = loaded.reduce(
          (sum, path) => sum + gzipSync(pageSite()[path]!.body, { level: 9 }).length / 1000,
          0,
        );
        expect(kilobytes).toBeLessThan(BUDGET);
        expect(complaints).toEqual([]);
      },
      listen,
    );
  });

  test('survives the loss of its device, and says so', async () => {
    await visitPage(SMALL, async (page) => {
      await untilPoints(page, 3);
      const [worker] = page.workers();
      await worker!.evaluate(() => Reflect.get(globalThis, 'studio').loseDevice());
      await page.waitForSelector('.notice.note');
      expect(await page.innerText('.notice.note')).toMatch(
        /^The graphics device was lost after iteration \d+\. Training goes on from the checkpoint /,
      );
      const restored = await fingerprintAt(page, 'finished');
      await page.click('#run-form button');
      await untilStatus(page, 'training');
      expect(await fingerprintAt(page, 'finished')).toEqual(restored);
      expect(await pointsOf(page)).toBe(restored.iteration);
    });
  });

  test('without WebGPU says which browsers have it', async () => {
    const hide = async (page: Page): Promise<void> => {
      await page.route('**/worker.js', async (route) => {
        const response = await route.fetch();
        const body = `Object.defineProperty(navigator, 'gpu', { value: undefined });\n`;
        await route.fulfill({ response, body: body + (await response.text()) });
      });
    };
    await visitPage(
      SMALL,
      async (page) => {
        const line = page.locator('.notice.problem');
        await line.waitFor();
        expect(await line.innerText()).toMatch(/^This browser offers no WebGPU.*Chrome and Edge/);
        expect(await findings(page)).toEqual([]);
      },
      hide,
    );
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme', async (theme) => {
    await visitPage(
      SMALL,
      async (page) => {
        await untilPoints(page, 3);
        await page.evaluate(() => {
          for (const group of document.querySelectorAll('details')) group.open = true;
        });
        await page.focus('#field-learningRate');
        expect(await findings(page)).toEqual([]);
      },
      (page) => page.emulateMedia({ colorScheme: theme }),
    );
  });

  test('goes without motion where that is wanted', async () => {
    await visitPage(
      SMALL,
      async (page) => {
        await page.waitForSelector('#worlds[data-worlds]');
        const shots = new Set<string>();
        const begin = Date.now();
        while (Date.now() - begin < 2500) {
          shots.add((await page.locator('#worlds').screenshot()).toString('base64'));
        }
        // A state a second.
        expect(shots.size).toBeLessThanOrEqual(5);
      },
      (page) => page.emulateMedia({ reducedMotion: 'reduce' }),
    );
  });

  test('is used by keys alone', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 2);
      await page.focus('#pause');
      await page.keyboard.press('Space');
      await untilStatus(page, 'paused');
      await page.keyboard.press('Tab');
      const points = await pointsOf(page);
      await page.keyboard.press('Enter');
      await untilPoints(page, points + 1);
    });
  });
});
