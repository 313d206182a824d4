/** The page goes back through a run: earlier policies act, while training goes on. */
import { describe, expect, test } from 'vitest';
import { chromiumProblem } from '../support/chromium';
import { LONG, pointsOf, untilPoints, visitPage } from '../support/page-site';

const problem = await chromiumProblem();

describe.skipIf(problem !== undefined)(`scrubbing${problem ? ` (${problem})` : ''}`, () => {
  test('lets the policy of an earlier moment act, and the newest again', async () => {
    await visitPage(LONG, async (page) => {
      const sentence = (end: string): Promise<unknown> =>
        page.waitForFunction(
          (text) => document.querySelector('#sentence')?.textContent?.endsWith(text),
          end,
        );
      const slider = page.locator('#scrub');
      await page.waitForFunction(
        () => Number(document.querySelector<HTMLInputElement>('#scrub')?.max) >= 3,
      );
      await sentence('worlds below show how it acts now.');
      await slider.press('Home');
      expect(await page.innerText('#scrub-at')).toBe('of iteration 0');
      expect(await slider.getAttribute('aria-valuetext')).toBe('of iteration 0');
      await sentence('worlds below show how it acted after iteration 0.');
      // It stays there while the run goes on and more moments come.
      await untilPoints(page, (await pointsOf(page)) + 4);
      expect(await page.innerText('#scrub-at')).toBe('of iteration 0');
      expect(await slider.inputValue()).toBe('0');
      await slider.press('End');
      expect(await page.innerText('#scrub-at')).toBe('the newest');
      await sentence('worlds below show how it acts now.');
    });
  });

  test('shows how the policy decides, and what returns came', async () => {
    await visitPage(LONG, async (page) => {
      const rows = page.locator('#insight li');
      await rows.nth(1).waitFor();
      expect(await rows.locator('.insight-name').allInnerTexts()).toEqual([
        'push left',
        'push right',
      ]);
      const parts = (await rows.locator('.value').allInnerTexts()).map((text) => parseFloat(text));
      expect(parts[0]! + parts[1]!).toBeCloseTo(100, -1);
      expect(await page.locator('#insight li[data-taken=true]').count()).toBe(1);
      expect(await page.innerText('#insight-value')).toMatch(/^expected return -?[\d.]+/);
      await page.waitForFunction(
        () =>
          Number(document.querySelector<HTMLElement>('[data-episodes]')?.dataset.episodes) >= 10,
      );
    });
  });
});
