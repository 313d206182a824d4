/** An environment from outside the lists: a description and a text, as a user brings them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  createTrainer,
  defineEnvironment,
  ENVIRONMENTS,
  type IterationReport,
} from '../../src/index';
import { openTestGpu } from '../support/gpu';

const gpu = await openTestGpu();
const folder = mkdtempSync(join(tmpdir(), 'lockstep-outside-'));
afterAll(() => rmSync(folder, { recursive: true }));

const EXAMPLE = new URL('../../examples/02-own-environment/environment.wesl', import.meta.url);

/** The example's module in a folder of its own, with a force of choice (m/s²). */
function readReach(force: number) {
  const file = join(folder, 'reach.wesl');
  writeFileSync(file, readFileSync(EXAMPLE));
  return defineEnvironment({
    id: 'Reach-v0',
    source: 'examples/02-own-environment',
    observation: [
      { name: 'position', low: -1, high: 1 },
      { name: 'velocity', low: -2, high: 2 },
      { name: 'mark', low: -1, high: 1 },
    ],
    action: { type: 'discrete', n: 3 },
    maxEpisodeSteps: 10,
    params: { FORCE: force },
    shader: readFileSync(file, 'utf8'),
    file,
    defaults: { numEnvs: 37, numSteps: 8, hiddenSizes: [5], numMinibatches: 1 },
  });
}

async function trainReach(force: number) {
  const config = { totalTimesteps: 3 * 37 * 8 };
  const trainer = await createTrainer({ gpu, environment: readReach(force), config });
  const reports: IterationReport[] = [];
  for await (const report of trainer) reports.push(report);
  const result = { reports, config: trainer.config, evaluation: await trainer.evaluate() };
  trainer.destroy();
  return result;
}

test('it trains and is evaluated like those of the list', async () => {
  expect(ENVIRONMENTS.map(({ id }) => id)).not.toContain('Reach-v0');
  const { reports, config, evaluation } = await trainReach(2);
  expect(reports.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
  const [last] = reports.at(-1)!.agents;
  expect(last!.episodes.count).toBeGreaterThan(0);
  expect(last!.episodes.maxLength).toBeLessThanOrEqual(10);
  expect(
    Object.values(last!)
      .filter((value) => typeof value === 'number')
      .every(Number.isFinite),
  ).toBe(true);
  expect(config).toMatchObject({ numEnvs: 37, hiddenSizes: [5], gamma: 0.99 });
  expect(evaluation.meanReturn).toBeLessThan(1);
});

test('its parameters reach its module', async () => {
  const { reports } = await trainReach(0);
  // A cart that nothing moves: only those that start on the mark arrive.
  expect(reports[1]!.agents[0]!.episodes.meanLength).toBeGreaterThan(9);
});
