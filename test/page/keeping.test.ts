/** Runs that leave the page and come back: files of the command line, links, exports. */
import { describe, expect, test } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { requestNodeGpu } from '../../src/node/index';
import { decodeCheckpoint } from '../../src/trainer/checkpoint';
import { createTrainer } from '../../src/trainer/create-trainer';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import type { Trainer } from '../../src/trainer/trainer';
import { chromiumProblem } from '../support/chromium';
import {
  fingerprintAt,
  load,
  open,
  SMALL,
  SMALL_ITERATIONS,
  saved,
  untilPoints,
  visitPage,
} from '../support/page-site';

const problem = await chromiumProblem();

/** The run of SMALL. */
const CONFIG = {
  ...{ seed: 3, numEnvs: 8, numSteps: 16, hiddenSizes: [8, 8], numMinibatches: 2 },
  ...{ updateEpochs: 2, totalTimesteps: 7680 },
};

const hashOf = async (trainer: Trainer): Promise<string> => {
  const bytes = new Uint8Array((await trainer.parameters()).slice().buffer);
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
};

describe.skipIf(problem !== undefined)(`a run${problem ? ` (${problem})` : ''}`, () => {
  test('that was saved, and loaded after a reload, ends as one that never stopped', async () => {
    await visitPage(SMALL, async (page) => {
      const whole = await fingerprintAt(page, 'finished');
      expect(whole.iteration).toBe(SMALL_ITERATIONS);
      await open(page, SMALL);
      await untilPoints(page, 3);
      await page.click('#pause');
      const paused = await fingerprintAt(page, 'paused');
      expect(paused.iteration).toBeLessThan(SMALL_ITERATIONS);
      const file = await saved(page, '#save');
      await open(page, 'environment=Acrobot-v1');
      await load(page, file);
      expect(await fingerprintAt(page, 'finished')).toEqual(whole);
      expect(await page.inputValue('#environment')).toBe('CartPole-v1');
      expect(await page.isDisabled('#share')).toBe(true);
    });
  });

  test('that the browser has kept goes on bit for bit after the page was closed', async () => {
    await visitPage(SMALL, async (page) => {
      const whole = await fingerprintAt(page, 'finished');
      await page.click('#run-form button');
      await untilPoints(page, 3);
      await page.click('#pause');
      const paused = await fingerprintAt(page, 'paused');
      await open(page, 'environment=Acrobot-v1');
      const newest = page.locator('#kept option').first();
      await expect
        .poll(() => newest.innerText(), { timeout: 60_000 })
        .toContain(`CartPole-v1, iteration ${paused.iteration}, `);
      await page.click('#continue');
      await page.waitForFunction(() => location.hash === '');
      expect(await fingerprintAt(page, 'finished')).toEqual(whole);
      expect(await page.inputValue('#environment')).toBe('CartPole-v1');
    });
  });

  test('goes from Node to the page, and from the page to Node', async () => {
    const gpu = await requestNodeGpu({ adapter: 'swiftshader' });
    const environment = findEnvironment('CartPole-v1');
    const begun = await createTrainer({
      ...{ gpu, environment, config: CONFIG, stop: { afterIterations: 2 } },
    });
    for await (const _ of begun);
    const file = Buffer.from(await begun.save());
    const back = await visitPage('environment=Pendulum-v1', async (page) => {
      await load(page, Buffer.from('no checkpoint'));
      await page.waitForSelector('.notice.problem');
      await load(page, file);
      await page.waitForFunction(() => location.hash === '');
      expect(await page.locator('.notice').count()).toBe(0);
      await untilPoints(page, 2);
      await page.click('#pause');
      const { hash, iteration } = await fingerprintAt(page, 'paused');
      expect(iteration).toBeGreaterThan(2);
      return { hash, iteration, bytes: await saved(page, '#save') };
    });
    expect(decodeCheckpoint(back.bytes).snapshot.counters.iteration).toBe(back.iteration);
    const restored = await restoreTrainer({ gpu, checkpoint: back.bytes });
    expect(await hashOf(restored)).toBe(back.hash);
    gpu.destroy();
  });

  test('a file that is none leaves the run at hand as it is', async () => {
    await visitPage(SMALL, async (page) => {
      await untilPoints(page, 1);
      await load(page, Buffer.from('no checkpoint'));
      expect(await page.innerText('.notice.problem')).toMatch(/^The file .*/);
      await untilPoints(page, 4);
    });
  });

  test('whose link is opened elsewhere has the same parameters, changes included', async () => {
    const [link, first] = await visitPage(SMALL, async (page) => {
      await untilPoints(page, 2);
      await page.click('#pause');
      await fingerprintAt(page, 'paused');
      await page.click('details:has(#field-entCoef) summary');
      for (const value of ['0.05', '0.02', '0.05']) {
        await page.fill('#field-entCoef', value);
        await page.press('#field-entCoef', 'Enter');
        await page.waitForFunction((last) => location.hash.endsWith(last), `entCoef=${value}`);
      }
      await page.click('#pause');
      const end = await fingerprintAt(page, 'finished');
      return [new URL(page.url()).hash.slice(1), end] as const;
    });
    expect(link).toMatch(/&after-\d+\.entCoef=0\.05$/);
    const again = (fragment: string) =>
      visitPage(fragment, (page) => fingerprintAt(page, 'finished'));
    expect(await again(link)).toEqual(first);
    // The change is part of it.
    expect((await again(SMALL)).hash).not.toBe(first.hash);
  });

  test('leaves as a module that acts, and as an ONNX model', async () => {
    await visitPage(SMALL, async (page) => {
      const atFirst = await page.evaluate(() => {
        const save = document.querySelector<HTMLButtonElement>('#save');
        return [document.body.dataset.status, save?.disabled];
      });
      expect(atFirst).toEqual(['preparing', true]);
      await untilPoints(page, 1);
      const module = (await saved(page, '#export-module')).toString();
      const url = `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`;
      const { act } = (await import(/* @vite-ignore */ url)) as {
        act(observation: readonly number[]): { readonly action: readonly number[] };
      };
      expect([0, 1]).toContain(act([0, 0, 0.1, 0]).action[0]);
      const onnx = await saved(page, '#export-onnx');
      expect(onnx.toString('latin1')).toContain('lockstep-ppo');
    });
  });

  test('of an unknown field is refused in words', async () => {
    await visitPage('environment=CartPole-v1&learningrate=1', async (page) => {
      expect(await page.innerText('.notice.problem')).toContain('The link has "learningrate"');
      await untilPoints(page, 1);
    });
  });
});
