/** The page in Chromium: it trains by itself, shows it, and lets people step in. */
import { describe, expect, test } from 'vitest';
import { chromiumProblem } from '../support/chromium';
import {
  fingerprintAt,
  LONG,
  pointsOf,
  shownValue,
  untilPoints,
  untilStatus,
  visitPage,
} from '../support/page-site';

const problem = await chromiumProblem();

/** Learns fast, in large iterations. */
const QUICK =
  'environment=CartPole-v1&numEnvs=64&numSteps=32&hiddenSizes=%5B16%2C16%5D&learningRate=0.01' +
  '&updateEpochs=4&totalTimesteps=100000';

describe.skipIf(problem !== undefined)(`the page${problem ? ` (${problem})` : ''}`, () => {
  test('trains by itself, on an adapter that it names', async () => {
    await visitPage('', async (page) => {
      await untilStatus(page, 'training');
      await untilPoints(page, 2);
      expect(await page.innerText('#adapter')).toMatch(/swiftshader/i);
      expect(await page.innerText('#sentence')).toMatch(
        /^A policy learns to keep a pole upright on a cart, in 8 copies of CartPole-v1 on /,
      );
    });
  });

  test('shows how the return rises', async () => {
    await visitPage(QUICK, async (page) => {
      await untilPoints(page, 1);
      const [first, points] = [Number(await shownValue(page, 'return')), await pointsOf(page)];
      await page.waitForFunction(
        (least) =>
          Number(document.querySelector('[data-metric=return] .value')?.textContent) > least,
        Math.max(40, 1.5 * first),
      );
      expect(await pointsOf(page)).toBeGreaterThan(points);
      expect(Number((await page.innerText('#speed')).replaceAll(',', ''))).toBeGreaterThan(0);
    });
  });

  test('shows its worlds in motion, as many as are wanted', async () => {
    await visitPage(LONG, async (page) => {
      await page.waitForSelector('#worlds[data-worlds="64"]');
      const shot = async (): Promise<string> => {
        const bytes = await page.locator('#worlds').screenshot();
        return bytes.toString('base64');
      };
      const first = await shot();
      await page.waitForTimeout(1500);
      expect(await shot()).not.toBe(first);
      await page.selectOption('#world-count', '16');
      await page.waitForSelector('#worlds[data-worlds="16"]');
      expect(await page.getAttribute('#worlds', 'aria-label')).toContain(
        '16 worlds of CartPole-v1',
      );
      expect(await page.innerText('#sentence')).toContain('the 16 worlds below');
    });
  });

  test('pauses, takes one iteration, and goes on', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 2);
      await page.click('#pause');
      const paused = await fingerprintAt(page, 'paused');
      await page.waitForTimeout(500);
      expect(await pointsOf(page)).toBe(paused.iteration);
      await page.click('#step');
      await untilPoints(page, paused.iteration + 1);
      await page.waitForTimeout(500);
      const stepped = await fingerprintAt(page, 'paused');
      expect(stepped.iteration).toBe(paused.iteration + 1);
      expect(stepped.hash).not.toBe(paused.hash);
      expect(await page.innerText('#pause')).toBe('Resume');
      await page.click('#pause');
      await untilPoints(page, paused.iteration + 3);
    });
  });

  test('a learning rate takes effect at the next iteration', async () => {
    await visitPage(`${LONG}&annealLr=false`, async (page) => {
      await untilPoints(page, 2);
      await page.click('#pause');
      await untilStatus(page, 'paused');
      expect(await shownValue(page, 'kl')).not.toBe('0');
      await page.fill('#field-learningRate', '0');
      await page.press('#field-learningRate', 'Enter');
      await page.waitForSelector('[data-key=learningRate][data-changed=true]');
      const points = await pointsOf(page);
      await page.click('#step');
      await untilPoints(page, points + 1);
      // The divergence from the policy that acted is 0 where nothing moves.
      expect(await shownValue(page, 'learningRate')).toBe('0');
      expect(await shownValue(page, 'kl')).toBe('0');
      // The link repeats it.
      expect(page.url()).toContain(`after-${points}.learningRate=0`);
    });
  });

  test('a value out of range is refused in words, and the old one stands', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 1);
      await page.fill('#field-learningRate', '7');
      await page.press('#field-learningRate', 'Enter');
      const line = await page.innerText('.notice.problem');
      expect(line).toContain('learningRate is 7; it must be ');
      expect(await page.inputValue('#field-learningRate')).not.toBe('7');
    });
  });

  test('a mistake in the address is explained, and the run at hand goes on', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 2);
      await page.evaluate(() => {
        location.hash += '&sed=4';
      });
      const line = await page.innerText('.notice.problem');
      expect(line).toContain('The link has "sed"');
      // A run that began anew would have fewer points at first.
      expect(await pointsOf(page)).toBeGreaterThanOrEqual(2);
      await untilPoints(page, 4);
      expect(await page.locator('.notice.problem').count()).toBe(1);
    });
  });

  test('another environment and another seed begin a run of their own', async () => {
    await visitPage(LONG, async (page) => {
      await untilPoints(page, 1);
      await page.fill('#seed', '-5');
      await page.selectOption('#environment', 'Acrobot-v1');
      // Nothing begins with such a seed.
      await untilPoints(page, (await pointsOf(page)) + 3);
      expect(await page.evaluate(() => location.hash)).toContain('environment=CartPole-v1');
      await page.fill('#seed', '3');
      await page.selectOption('#environment', 'Pendulum-v1');
      await page.waitForFunction(() => location.hash.includes('environment=Pendulum-v1'));
      await untilPoints(page, 1);
      expect(await page.innerText('#sentence')).toContain('to swing a rod up');
      await page.fill('#seed', '12');
      await page.click('#run-form button');
      await page.waitForFunction(() => location.hash.includes('seed=12'));
      await untilPoints(page, 1);
    });
  });
});
