/** The start states of every environment of the list against a sample of Gymnasium's. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ENVIRONMENTS } from '../../src/environments/index';
import { mean, populationVariance } from '../reference/moments';
import { openRuntime } from '../support/run-dispatches';
import { openWorld, readStates, reset } from '../support/world';

/** Of each number of the state, over `samples` resets. */
interface ResetSample {
  readonly min: readonly number[];
  readonly max: readonly number[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly samples: number;
}

const file = new URL('../fixtures/gymnasium/resets.json', import.meta.url);
const SAMPLES: Readonly<Record<string, ResetSample>> = JSON.parse(readFileSync(file, 'utf8'));
/** Of float32 numbers near 1. */
const ROUNDING = 1e-6;
const CASES = ENVIRONMENTS.flatMap((environment) => {
  const sample = SAMPLES[environment.id];
  return sample ? [[environment.id, environment, sample] as const] : [];
});

describe.each(CASES)('%s', (_, environment, sample) => {
  test('resets are spread as in Gymnasium, within the error of the samples', async () => {
    const runtime = await openRuntime();
    const world = await openWorld(runtime, { environment, envs: sample.samples, steps: 1 });
    await reset(world);
    const states = await readStates(world);
    runtime.arena.destroy();
    for (const [i, std] of sample.std.entries()) {
      const values = states.map((state) => state[i]!);
      const [low, high] = [sample.min[i]!, sample.max[i]!];
      // The largest of n uniform numbers falls short of the end by range / n, give or take as much.
      const margin = (12 * (high - low)) / sample.samples + ROUNDING;
      expect(Math.abs(Math.min(...values) - low)).toBeLessThanOrEqual(margin);
      expect(Math.abs(Math.max(...values) - high)).toBeLessThanOrEqual(margin);
      // Five standard errors of a difference of two samples.
      const error = 5 * std * Math.sqrt(2 / sample.samples) + ROUNDING;
      expect(Math.abs(mean(values) - sample.mean[i]!)).toBeLessThanOrEqual(error);
      expect(Math.abs(Math.sqrt(populationVariance(values)) - std)).toBeLessThanOrEqual(error);
    }
  });
});
