/** The oracle vectors under test/fixtures, typed and in the twins' shapes. */

import { readFileSync } from 'node:fs';
import type { Activation } from '../../src/config/choices';
import type { ActorCritic } from './actor-critic';
import {
  categorical,
  type Distribution,
  diagonalGaussian,
  multiCategorical,
} from './distributions';
import type { Layer } from './linear';
import { type LossSettings, PLAIN_LOSS, type Prediction } from './ppo-loss';
import type { Sample } from './train-state';

type Matrix = readonly (readonly number[])[];

export interface GaeCase {
  readonly T: number;
  readonly N: number;
  readonly gamma: number;
  readonly gae_lambda: number;
  readonly rewards: Matrix;
  readonly values: Matrix;
  readonly terminated: Matrix;
  readonly truncated: Matrix;
  readonly final_values: Matrix;
  readonly last_values: readonly number[];
  readonly advantages: Matrix;
  readonly returns: Matrix;
}

export interface GoldenConfig {
  readonly distribution: 'categorical' | 'multi_categorical' | 'diagonal_gaussian';
  readonly clip_range: number;
  readonly clip_range_vf: number | null;
  readonly vf_coef: number;
  readonly ent_coef: number;
  readonly normalize_advantages: boolean;
  readonly activation: Activation;
}

export interface GoldenStatistics {
  readonly policy_loss: number;
  readonly value_loss: number;
  readonly entropy: number;
  readonly loss: number;
  readonly approx_kl: number;
  readonly old_approx_kl: number;
  readonly clip_fraction: number;
}

/** What loss.json and update.json have in common. */
export interface GoldenBatch {
  readonly batch: number;
  readonly obs_dim: number;
  readonly hidden: readonly number[];
  readonly head_dim: number;
  /** Head sizes of multi_categorical; absent in update.json. */
  readonly nvec?: readonly number[] | null;
  readonly observations: Matrix;
  /** [B] of categorical, [B][A] of the others */
  readonly actions: readonly (number | readonly number[])[];
  readonly old_log_probs: readonly number[];
  readonly old_values: readonly number[];
  readonly advantages: readonly number[];
  readonly returns: readonly number[];
}

export interface GradientLayer extends Layer {
  readonly grad_weight: Matrix;
  readonly grad_bias: readonly number[];
}

export interface LossCase extends GoldenBatch {
  readonly config: GoldenConfig;
  readonly actor: readonly GradientLayer[];
  readonly critic: readonly GradientLayer[];
  readonly log_std: readonly number[] | null;
  readonly grad_log_std: readonly number[] | null;
  readonly head: Matrix;
  /** [B] */
  readonly value: readonly number[];
  readonly log_probs: readonly number[];
  readonly grad_head: Matrix;
  readonly grad_value: readonly number[];
  readonly stats: GoldenStatistics;
}

export interface GoldenNetwork {
  readonly actor: readonly Layer[];
  readonly critic: readonly Layer[];
  readonly log_std: readonly number[] | null;
}

export interface UpdateCase extends GoldenBatch {
  readonly config: GoldenConfig & {
    readonly max_grad_norm: number;
    readonly learning_rate: number;
    readonly adam_eps: number;
    readonly adam_betas: readonly [number, number];
  };
  readonly minibatch: number;
  readonly epochs: number;
  /** [epochs][B] */
  readonly order: Matrix;
  readonly start: GoldenNetwork;
  readonly end: GoldenNetwork;
  readonly minibatch_stats: readonly (GoldenStatistics & { readonly grad_norm: number })[];
}

export interface GymnasiumTransition {
  readonly state: readonly number[];
  readonly action: number | readonly number[];
  readonly next_state: readonly number[];
  readonly next_obs: readonly number[];
  readonly reward: number;
  readonly terminated: boolean;
}

export interface GymnasiumFixture {
  readonly max_episode_steps: number;
  readonly transitions: readonly GymnasiumTransition[];
}

/**
 * Python writes bare Infinity (the bounds of CartPole's observation), which no JSON parser reads.
 */
function parsePythonJson(text: string): unknown {
  return JSON.parse(text.replaceAll('Infinity', '1e999'));
}

function readFixture<T>(path: string): T {
  const url = new URL(`../fixtures/${path}`, import.meta.url);
  return parsePythonJson(readFileSync(url, 'utf8')) as T;
}

export const readGaeCases = () => readFixture<{ cases: GaeCase[] }>('golden/gae.json').cases;
export const readLossCases = () => readFixture<{ cases: LossCase[] }>('golden/loss.json').cases;
export const readUpdateCases = () =>
  readFixture<{ cases: UpdateCase[] }>('golden/update.json').cases;
export const readGymnasium = (id: string) => readFixture<GymnasiumFixture>(`gymnasium/${id}.json`);

export function goldenDistribution(config: GoldenConfig, batch: GoldenBatch): Distribution {
  switch (config.distribution) {
    case 'categorical':
      return categorical(batch.head_dim);
    case 'multi_categorical':
      return multiCategorical(batch.nvec!);
    case 'diagonal_gaussian':
      return diagonalGaussian(batch.head_dim);
  }
}

export function goldenLossSettings(config: GoldenConfig): LossSettings {
  return {
    ...PLAIN_LOSS,
    clipCoef: config.clip_range,
    clipVlossCoef: config.clip_range_vf,
    vfCoef: config.vf_coef,
    entCoef: config.ent_coef,
    normAdv: config.normalize_advantages,
  };
}

export function goldenNetwork({ actor, critic, log_std }: GoldenNetwork): ActorCritic {
  const plain = ({ weight, bias }: Layer): Layer => ({ weight, bias });
  return { actor: actor.map(plain), critic: critic.map(plain), logStd: log_std ?? [] };
}

export function goldenSamples(batch: GoldenBatch): Sample[] {
  return batch.observations.map((observation, b) => {
    const action = batch.actions[b]!;
    return {
      observation,
      action: typeof action === 'number' ? [action] : action,
      oldLogProb: batch.old_log_probs[b]!,
      oldValue: batch.old_values[b]!,
      advantage: batch.advantages[b]!,
      return: batch.returns[b]!,
    };
  });
}

/** The network's outputs as the file has them: distribution parameters and value, [B]. */
export function goldenPredictions(loss: LossCase): Prediction[] {
  return loss.head.map((head, b) => ({
    parameters: [...head, ...(loss.log_std ?? [])],
    value: loss.value[b]!,
  }));
}
