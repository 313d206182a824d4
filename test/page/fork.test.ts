/** A change in the page forks a second agent, and both race. */
import { describe, expect, test } from 'vitest';
import { chromiumProblem } from '../support/chromium';
import { findings, LONG, pointsOf, untilPoints, visitPage } from '../support/page-site';

const problem = await chromiumProblem();

describe.skipIf(problem !== undefined)(`a fork${problem ? ` (${problem})` : ''}`, () => {
  test('goes on beside the first agent, from where that is', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 3);
      expect(await page.isHidden('#ranking')).toBe(true);
      await page.check('input[name=change][value=fork]');
      // What is refused leaves the run as it is.
      await page.fill('#field-learningRate', '-1');
      await page.press('#field-learningRate', 'Enter');
      await page.waitForSelector('.notice.problem');
      expect(await page.innerText('.notice.problem')).toContain('learningRate[1] is -1');
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('#field-learningRate')?.value === '0.0012',
      );
      const points = await pointsOf(page);
      await page.fill('#field-learningRate', '0.01');
      await page.press('#field-learningRate', 'Enter');
      await page.waitForSelector('#agents li:nth-child(2)');
      const agents = await page.locator('#agents li').allInnerTexts();
      expect(agents.map((text) => text.split('\n')[0]!).sort()).toEqual([
        'Agent 1: learningRate 0.0012',
        'Agent 2: learningRate 0.01',
      ]);
      // The curves before stay, and go on.
      await untilPoints(page, points + 3);
      expect(await page.isDisabled('#share')).toBe(true);
      expect(await findings(page)).toEqual([]);
    });
  });
});
