/** What an export is checked with: observations that were recorded, and random ones around them. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { RandomNumbers } from '../network/network';
import type { ActInputs, Decisions } from '../trainer/act-on-device';

/** Actions, log-probabilities and values of a policy that decides one observation at a time. */
export function decideEach(
  { observations, masks }: ActInputs,
  decide: (observation: Float32Array, mask: readonly boolean[] | undefined) => OneDecision,
): Decisions {
  const all = observations.map((observation, n) => decide(observation, masks?.[n]));
  const values = all.map(({ value }) => value ?? Number.NaN);
  return {
    actions: all.map(({ action }) => action),
    logProbabilities: all.map(({ logProbability }) => logProbability),
    values: all.some(({ value }) => value === null || value === undefined) ? null : values,
  };
}

interface OneDecision {
  readonly action: readonly number[];
  readonly logProbability: number;
  readonly value?: number | null;
}

/** Observations around those that were recorded, with any masks, as many as those. */
export function randomInputs(
  recorded: ActInputs,
  { action }: EnvironmentDefinition,
  rng: RandomNumbers,
): ActInputs {
  const { observations, masks } = recorded;
  const fields = [...observations[0]!.keys()].map((field) => {
    const values = observations.map((own) => own[field]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, spread: 3 * Math.sqrt(variance) || 1 };
  });
  const nvec = action.type === 'multi-discrete' ? action.nvec : [masks?.[0]?.length ?? 0];
  const randomMask = (): boolean[] =>
    nvec.flatMap((count) => {
      const always = Math.floor(rng.random() * count);
      return Array.from({ length: count }, (_, d) => d === always || rng.random() < 0.5);
    });
  return {
    observations: observations.map(() =>
      Float32Array.from(fields, ({ mean, spread }) => mean + spread * rng.normal()),
    ),
    masks: masks?.map(randomMask),
  };
}
