/** PPO's loss for two actions, on the host: the derivatives by the networks' outputs. */
import type { Workload } from '../workload';

/** The batch as the loss needs it, [B] each. */
export interface LossBatch {
  readonly actions: Uint8Array;
  readonly logProbabilities: Float32Array;
  readonly advantages: Float32Array;
  readonly returns: Float32Array;
  readonly values: Float32Array;
}

/** (A - mean) · scale normalizes a minibatch's advantages. */
export interface Normalization {
  readonly mean: number;
  readonly scale: number;
}

/** From Σ A and Σ A² of `count` advantages, with the unbiased deviation. */
export function normalization(count: number, sum: number, squares: number): Normalization {
  const mean = sum / count;
  const variance = Math.max(0, squares - count * mean * mean) / (count - 1);
  return { mean, scale: 1 / (Math.sqrt(variance) + 1e-8) };
}

/** The networks' outputs for samples, or derivatives by them, [M] each. */
export interface Outputs {
  /** Second logit minus first. */
  readonly gaps: Float32Array;
  readonly values: Float32Array;
}

/**
 * Writes the derivatives by the networks' outputs for the samples `indices`.
 * @param size M of the whole minibatch, by which the loss is a mean.
 */
export function lossDerivatives(
  batch: LossBatch,
  indices: Uint32Array,
  { gaps, values }: Outputs,
  target: Outputs,
  { mean, scale }: Normalization,
  { clip, entropy: entropyWeight, valueWeight }: Workload,
  size: number,
): void {
  for (let place = 0; place < indices.length; place++) {
    const sample = indices[place]!;
    const advantage = (batch.advantages[sample]! - mean) * scale;
    const gap = gaps[place]!;
    // log p₀ = -log(1 + e^gap), log p₁ = log p₀ + gap, without overflow
    const log0 = -(Math.max(0, gap) + Math.log1p(Math.exp(-Math.abs(gap))));
    const log1 = log0 + gap;
    const p1 = Math.exp(log1);
    const p0 = 1 - p1;
    const action = batch.actions[sample]!;
    const ratio = Math.exp((action === 1 ? log1 : log0) - batch.logProbabilities[sample]!);
    const clipped = Math.min(1 + clip, Math.max(1 - clip, ratio));
    const moves = ratio * advantage <= clipped * advantage;
    const dLogProbability = moves ? -ratio * advantage : 0;
    // ∂ log p_a / ∂ logit₁ = [a = 1] - p₁;  ∂H / ∂ logit₁ = -p₁ (log p₁ + H)
    const entropy = -(p0 * log0 + p1 * log1);
    const d1 = dLogProbability * (action - p1) + entropyWeight * p1 * (log1 + entropy);
    target.gaps[place] = d1 / size;
    // L = ½ max(e², (V_old + clip(V - V_old) - R)²); the clipped one has no slope
    const value = values[place]!;
    const oldValue = batch.values[sample]!;
    const goal = batch.returns[sample]!;
    const error = value - goal;
    const change = Math.min(clip, Math.max(-clip, value - oldValue));
    const clippedError = oldValue + change - goal;
    const inside = Math.abs(value - oldValue) <= clip;
    const still = !inside && error * error < clippedError * clippedError;
    target.values[place] = still ? 0 : (valueWeight * error) / size;
  }
}
