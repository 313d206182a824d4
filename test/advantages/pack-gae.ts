/**
 * Packs rewards, endings and values as the device stores them (shaders/rollout/rollout-shape.wesl).
 */
import { type Runtime, roundUp } from '../../src/gpu/runtime';
import type { RolloutBuffer, RolloutSizes, ValueBuffer } from '../../src/rollout/rollout-buffer';
import type { GaeInput } from '../reference/gae';
import { floats, words } from '../support/run-dispatches';

const [CONTINUES, TERMINATED, TRUNCATED] = [0, 1, 2];

/** Endings [T][N], and the final values of each environment's truncations, [N][slot]. */
function packEndings({ terminated, truncated, finalValues }: GaeInput, envs: number) {
  const slots = Array.from({ length: envs }, (): number[] => []);
  const endings = terminated.map((row, t) =>
    row.map((ended, n) => {
      if (ended) return TERMINATED!;
      if (!truncated[t]![n]) return CONTINUES!;
      slots[n]!.push(finalValues[t]![n]!);
      return TRUNCATED! + slots[n]!.length - 1;
    }),
  );
  return { endings, slots };
}

/** Rollouts of one shape, one per agent; everything that no step may read is NaN. */
export function packGae(runtime: Runtime, inputs: readonly GaeInput[]) {
  const steps = inputs[0]!.rewards.length;
  const envs = inputs[0]!.lastValues.length;
  const stride = roundUp(envs, 4);
  const packed = inputs.map((input) => packEndings(input, envs));
  const most = Math.max(...packed.flatMap(({ slots }) => slots.map((own) => own.length)));
  const sizes: RolloutSizes = {
    agents: inputs.length,
    envs,
    stride,
    steps,
    rows: steps + 1 + most,
  };
  const pad = (row: readonly number[]): number[] =>
    Array.from({ length: stride }, (_, n) => row[n] ?? Number.NaN);
  const values = inputs.flatMap((input, agent) => {
    const finals = Array.from({ length: most }, (_, slot) =>
      packed[agent]!.slots.map((own) => own[slot] ?? Number.NaN),
    );
    return [...input.values, input.lastValues, ...finals].flatMap(pad);
  });
  const perStep = [inputs.length, steps, stride];
  const unused = floats(runtime, [1]);
  const rollout: RolloutBuffer = {
    sizes,
    observations: unused,
    inputs: unused,
    actions: unused,
    masks: undefined,
    logProbs: unused,
    rewards: floats(
      runtime,
      perStep,
      inputs.flatMap(({ rewards }) => rewards.flatMap(pad)),
    ),
    endings: words(
      runtime,
      perStep,
      packed.flatMap(({ endings }) => endings.flatMap(pad)),
    ),
  };
  const buffer: ValueBuffer = {
    values: floats(runtime, [inputs.length, sizes.rows, stride], values),
    advantages: floats(runtime, perStep),
    returns: floats(runtime, perStep),
  };
  return { rollout, values: buffer };
}
