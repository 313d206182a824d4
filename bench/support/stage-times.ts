/** Device time per stage of a trainer, by the names that the trainer gives its stages. */
import type { Trainer } from '../../src/trainer/trainer';

/** Milliseconds per iteration by stage, one sample per profiled iteration. */
export type StageSamples = ReadonlyMap<string, readonly number[]>;

/** Stages after the updates; each visits the agents once and takes negligible time. */
const CLOSING: readonly string[] = ['observation statistics', 'report', 'schedule'];

/**
 * Profiles `repeats` iterations after one that is not counted, or fewer where they take longer than
 * `budget` seconds; at least one.
 */
export async function sampleStages(
  trainer: Trainer,
  repeats: number,
  budget = Number.POSITIVE_INFINITY,
): Promise<StageSamples> {
  const samples = new Map<string, number[]>();
  const begin = performance.now();
  await trainer.profile();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [name, milliseconds] of await trainer.profile()) {
      samples.set(name, [...(samples.get(name) ?? []), milliseconds]);
    }
    if (performance.now() - begin > 1000 * budget) break;
  }
  return samples;
}

/** Names of the stages that update parameters: those after the first advantages. */
export function updateStages(names: readonly string[]): readonly string[] {
  const first = names.indexOf('advantages') + 1;
  if (first === 0) throw new Error(`no stage "advantages" among ${names.join(', ')}`);
  return [...new Set(names.slice(first))].filter((name) => !CLOSING.includes(name));
}

/** Milliseconds of some stages together, sample by sample. */
export function sumOf(samples: StageSamples, names: readonly string[]): readonly number[] {
  const lists = names.map((name) => samples.get(name) ?? []);
  const count = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: count }, (_, sample) =>
    lists.reduce((sum, list) => sum + (list[sample] ?? 0), 0),
  );
}
