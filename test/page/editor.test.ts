/** The editor of a world of somebody's own, in Chromium. */
import { deflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumProblem } from '../support/chromium';
import {
  complaintsOf,
  FOLDER,
  findings,
  fingerprintAt,
  LONG,
  load,
  pointsOf,
  SMALL,
  saved,
  untilPoints,
  untilStatus,
  visitPage,
} from '../support/page-site';

const problem = await chromiumProblem();

const MODULE = '[aria-label="Module (WGSL)"] .cm-content';
const DESCRIPTION = '[aria-label="Description (JSON)"] .cm-content';

async function openEditor(page: Page): Promise<void> {
  await page.click('#own-world summary');
  await page.waitForSelector(DESCRIPTION);
}

/** Puts the cursor at the first letter of a line that is in sight. */
async function goTo(page: Page, text: string, line: string): Promise<void> {
  await page.locator(`${text} .cm-line`, { hasText: line }).first().click();
  await page.keyboard.press('Home');
}

/** Replaces the line from the cursor on. */
async function writeLine(page: Page, line: string): Promise<void> {
  await page.keyboard.press('Shift+End');
  await page.keyboard.insertText(line);
}

/** The line of a text that is underlined, and what is said below it. */
async function markedIn(page: Page, text: string): Promise<readonly string[]> {
  const line = page.locator(`${text} .cm-mistake-line`);
  await line.waitFor();
  const word = await page.innerText(`${text} .cm-lintRange-error`);
  return [(await line.innerText()).trim(), word, await page.innerText(`${text} .cm-mistake`)];
}

const isOwn = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => location.hash.startsWith('#world='));

describe.skipIf(problem !== undefined)(`the editor${problem ? ` (${problem})` : ''}`, () => {
  test('shows a mistake at its line, and trains once it is mended', async () => {
    const asked: string[] = [];
    let complaints: string[] = [];
    const listen = async (page: Page): Promise<void> => {
      page.context().on('request', (request) => asked.push(request.url()));
      complaints = complaintsOf(page);
    };
    const [link, end] = await visitPage(
      SMALL,
      async (page) => {
        await untilPoints(page, 1);
        const editor = (): boolean => asked.some((url) => url.includes(`${FOLDER}editor-`));
        expect(editor()).toBe(false);
        await openEditor(page);
        expect(editor()).toBe(true);
        await goTo(page, MODULE, 'const POSITION_LIMIT');
        await writeLine(page, 'const POSITION_LIMIT = 2u;');
        await page.keyboard.press('Control+s');
        const [line, word, sentence] = await markedIn(page, MODULE);
        expect(line).toContain('abs((*state).position) > POSITION_LIMIT');
        expect(word).not.toBe('');
        expect(sentence).toMatch(/^no matching overload/);
        expect(await page.innerText('.mistakes')).toContain(sentence);
        await goTo(page, MODULE, 'const POSITION_LIMIT');
        await writeLine(page, 'const POSITION_LIMIT = 1.2;');
        await page.click('text=Train in this world');
        await isOwn(page);
        expect(await page.locator('.mistakes li, .cm-mistake, .cm-lintRange-error').count()).toBe(
          0,
        );
        const chosen = page.locator('#environment option:checked');
        expect(await chosen.innerText()).toBe('CartPole-v1 (your own)');
        await page.waitForSelector('#worlds[data-worlds]');
        const { origin, hash } = new URL(page.url());
        const last = await fingerprintAt(page, 'finished');
        // The fields that the link had stay.
        expect(hash).toMatch(/^#world=[\w-]+&seed=3&numEnvs=8&/);
        expect(asked.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
        expect(complaints).toEqual([]);
        return [hash.slice(1), last] as const;
      },
      listen,
    );
    const again = (fragment: string) =>
      visitPage(fragment, (page) => fingerprintAt(page, 'finished'));
    expect(await again(link)).toEqual(end);
    expect((await again(SMALL)).hash).not.toBe(end.hash);
  });

  test('leaves the run at hand as it is until a world is without mistakes', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 2);
      await openEditor(page);
      await goTo(page, DESCRIPTION, '"maxEpisodeSteps"');
      await writeLine(page, '"maxEpisodeSteps": 0,');
      await page.keyboard.press('Control+s');
      const sentence = 'maxEpisodeSteps must be an integer from 1 to 4294967295';
      expect(await markedIn(page, DESCRIPTION)).toEqual([
        '"maxEpisodeSteps": 0,',
        '"maxEpisodeSteps"',
        expect.stringContaining(sentence),
      ]);
      await goTo(page, DESCRIPTION, '"maxEpisodeSteps"');
      await writeLine(page, '"maxEpisodeSteps" 5,');
      await page.keyboard.press('Control+s');
      await page.waitForFunction(
        (before) => !document.querySelector('.mistakes')?.textContent?.includes(before),
        sentence,
      );
      const [line, word] = await markedIn(page, DESCRIPTION);
      expect([line, word]).toEqual(['"maxEpisodeSteps" 5,', '5']);
      // The list leads there.
      await page.focus(MODULE);
      await page.click('.mistakes button');
      expect(await page.locator(DESCRIPTION).evaluate((text) => text.matches(':focus'))).toBe(true);
      await untilPoints(page, (await pointsOf(page)) + 2);
      expect(await page.evaluate(() => location.hash)).toContain('environment=CartPole-v1');
    });
  });

  test('can be left by keys, begins with other worlds, and undoes that', async () => {
    await visitPage(LONG, async (page) => {
      await openEditor(page);
      await page.focus(MODULE);
      await page.keyboard.press('Tab');
      expect(await page.locator(MODULE).evaluate((text) => text.matches(':focus'))).toBe(true);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Tab');
      expect(await page.locator(MODULE).evaluate((text) => text.matches(':focus'))).toBe(false);
      await page.selectOption('.editor select', 'Snake-v0');
      expect(await page.innerText(MODULE)).toContain('Snake');
      expect(await page.innerText(DESCRIPTION)).toContain('"id": "Snake-v0"');
      await page.focus(MODULE);
      await page.keyboard.press('Control+z');
      expect(await page.innerText(MODULE)).not.toContain('Snake');
    });
  });

  test.each(['light', 'dark'] as const)('axe finds nothing in the %s theme', async (theme) => {
    await visitPage(
      SMALL,
      async (page) => {
        await untilPoints(page, 1);
        await openEditor(page);
        await page.focus(MODULE);
        await page.keyboard.insertText('const target = 3u;\n');
        await page.keyboard.press('Control+s');
        await markedIn(page, MODULE);
        expect(await findings(page)).toEqual([]);
      },
      (page) => page.emulateMedia({ colorScheme: theme }),
    );
  });

  test('shows a world of a link that has a mistake', async () => {
    const world = { shader: 'struct State {\n  place: bool,\n}\n', description: '{}' };
    const packed = Buffer.from(deflateRawSync(JSON.stringify(world))).toString('base64url');
    await visitPage(`world=${packed}`, async (page) => {
      await untilStatus(page, 'stopped');
      expect(await page.innerText('.notice.problem')).toMatch(/^Your own world: id must be a name/);
      await page.waitForSelector(DESCRIPTION);
      expect(await page.innerText(MODULE)).toContain('place: bool');
      expect(await page.innerText('.mistakes')).toContain('Description: id must be a name');
    });
  });

  test('trains in a world that goes on after a lost device', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 1);
      await openEditor(page);
      await page.click('text=Train in this world');
      await isOwn(page);
      await untilPoints(page, 3);
      const [worker] = page.workers();
      await worker!.evaluate(() => Reflect.get(globalThis, 'studio').loseDevice());
      expect(await page.innerText('.notice')).toMatch(/^The graphics device was lost after/);
      await untilPoints(page, 3);
    });
  });

  test('trains in a world that goes on out of a file, and begins anew', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 1);
      await openEditor(page);
      await goTo(page, DESCRIPTION, '"id"');
      await writeLine(page, '"id": "Mine-v0",');
      await page.keyboard.press('Control+s');
      await isOwn(page);
      await untilPoints(page, 3);
      await page.click('#pause');
      const paused = await fingerprintAt(page, 'paused');
      const file = await saved(page, '#save');
      await page.selectOption('#environment', 'CartPole-v1');
      await page.waitForFunction(() => location.hash.startsWith('#environment='));
      await load(page, file);
      await page.waitForFunction(() => location.hash === '');
      await page.click('#pause');
      await untilStatus(page, 'paused');
      expect(await page.innerText('#environment option:checked')).toBe('Mine-v0 (your own)');
      const again = await fingerprintAt(page, 'paused');
      expect(again.iteration).toBeGreaterThanOrEqual(paused.iteration);
      // It can begin anew, too.
      await page.click('#run-form button');
      await isOwn(page);
      await untilPoints(page, 1);
    });
  });
});
