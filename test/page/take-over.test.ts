/** Somebody plays against the policy in the page. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumProblem } from '../support/chromium';
import { findings, LONG, untilPoints, visitPage } from '../support/page-site';

const problem = await chromiumProblem();

/** The place of the cart that keys steer. */
async function placeOf(page: Page): Promise<number> {
  const [worker] = page.workers();
  return worker!.evaluate(() => {
    const { viewer } = (globalThis as unknown as { studio: { viewer: { last: unknown } } }).studio;
    const step = viewer.last as { at(index: number): { state: { position: number } } };
    return step.at(0).state.position;
  });
}

describe.skipIf(problem !== undefined)(`taking over${problem ? ` (${problem})` : ''}`, () => {
  test('the arrows move the cart, and only while they are held', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 2);
      await page.click('#take-over');
      await page.waitForSelector('#worlds[data-worlds="2"]');
      expect(await page.innerText('#sentence')).toMatch(/; below, you play against it, in worlds/);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('worlds');
      expect(await findings(page)).toEqual([]);
      const start = await placeOf(page);
      await page.waitForTimeout(1000);
      expect(await placeOf(page)).toBe(start);
      await page.keyboard.down('ArrowRight');
      await expect.poll(() => placeOf(page), { timeout: 60_000 }).toBeGreaterThan(start + 0.02);
      await page.keyboard.up('ArrowRight');
      await page.waitForFunction(() =>
        /^You, in the frame: \d+.*\. The policy: \d+/.test(
          document.querySelector('#duel-scores')!.textContent!,
        ),
      );
      await page.keyboard.press('Escape');
      await page.waitForSelector('#worlds[data-worlds="64"]');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('take-over');
    });
  });

  test('a button does what its key does', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 2);
      await page.click('#take-over');
      await page.waitForSelector('#worlds[data-worlds="2"]');
      const start = await placeOf(page);
      await page.locator('#moves button', { hasText: 'push left' }).hover();
      await page.mouse.down();
      await expect.poll(() => placeOf(page), { timeout: 60_000 }).toBeLessThan(start - 0.02);
      await page.mouse.up();
    });
  });
});
