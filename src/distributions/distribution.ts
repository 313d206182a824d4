/** What an action is: how the networks' outputs become a choice, a log-probability, an entropy. */
import type { ActionSpace } from '../action-space';

export interface Distribution {
  readonly name: 'categorical' | 'multi-categorical' | 'diagonal-gaussian';
  /** Path of the module of pure functions (see shaders/distributions). */
  readonly shader: string;
  /** A: numbers that one action takes. */
  readonly actionSize: number;
  /** Outputs of the actor network per sample. */
  readonly headSize: number;
  /** Trained parameters that do not depend on the observation (log standard deviations), initially 0. */
  readonly freeSize: number;
  /** D = headSize + freeSize. */
  readonly distributionSize: number;
  /** Constants of its shader beyond the sizes. */
  readonly constants: Readonly<Record<string, string>>;
}

function categorical(choices: number): Distribution {
  return {
    name: 'categorical',
    shader: 'distributions/categorical',
    actionSize: 1,
    headSize: choices,
    freeSize: 0,
    distributionSize: choices,
    constants: {},
  };
}

function multiCategorical(nvec: readonly number[]): Distribution {
  const logits = nvec.reduce((sum, choices) => sum + choices, 0);
  return {
    name: 'multi-categorical',
    shader: 'distributions/multi-categorical',
    actionSize: nvec.length,
    headSize: logits,
    freeSize: 0,
    distributionSize: logits,
    constants: { CHOICES: `array<u32, ${nvec.length}>(${nvec.join(', ')})` },
  };
}

function diagonalGaussian(dimensions: number): Distribution {
  return {
    name: 'diagonal-gaussian',
    shader: 'distributions/diagonal-gaussian',
    actionSize: dimensions,
    headSize: dimensions,
    freeSize: dimensions,
    distributionSize: 2 * dimensions,
    constants: {},
  };
}

/** The distribution that acts in an action space. */
export function distributionFor(space: ActionSpace): Distribution {
  switch (space.type) {
    case 'discrete':
      return categorical(space.n);
    case 'multi-discrete':
      return multiCategorical(space.nvec);
    case 'box':
      return diagonalGaussian(space.low.length);
  }
}

/** The sizes that shaders import from `constants`. */
export function distributionConstants(distribution: Distribution): Record<string, number | string> {
  return {
    ACTION_SIZE: distribution.actionSize,
    HEAD_SIZE: distribution.headSize,
    DISTRIBUTION_SIZE: distribution.distributionSize,
    ...distribution.constants,
  };
}
