/** Every distribution with its twin; the contract tests walk this list. */
import type { ActionSpace } from '../../src/action-space';
import type { DistributionOptions } from '../../src/distributions/distribution';
import * as twin from '../reference/distributions';

export interface DistributionCase {
  readonly name: string;
  readonly space: ActionSpace;
  readonly options?: DistributionOptions;
  readonly twin: twin.Distribution;
  /** Parameters at the edge of what training meets. */
  readonly extremes: readonly (readonly number[])[];
  /** Standard deviation of a continuous action's number before it is executed. */
  readonly std?: (parameters: readonly number[], a: number) => number;
}

/** All logits of one choice at the two ends, one apart from the others, and all equal. */
function extremeLogits(size: number): number[][] {
  const logits = (at: (d: number) => number): number[] =>
    Array.from({ length: size }, (_, d) => at(d));
  return [
    logits((d) => (d % 2 === 0 ? 50 : -50)),
    logits((d) => (d % 2 === 0 ? -50 : 50)),
    logits((d) => (d === size - 1 ? 50 : 0)),
    logits(() => 50),
    logits(() => -50),
  ];
}

/** Means far out, and spreads of e^-5 and e^5. */
function extremeGaussians(size: number): number[][] {
  return [-5, 5].flatMap((logStd) =>
    [-50, 50].map((mean) => Array.from({ length: 2 * size }, (_, d) => (d < size ? mean : logStd))),
  );
}

/** All four of plain or squashed, free or from the network; bounds that are not symmetric. */
function gaussianCase(size: number, options: DistributionOptions = {}): DistributionCase {
  const { squashActions, stateDependentStd, logStdMin = -5, logStdMax = 2 } = options;
  const low = Array.from({ length: size }, (_, a) => -1 - a);
  const high = Array.from({ length: size }, (_, a) => 1 + 0.5 * a);
  const logStdBounds = stateDependentStd ? ([logStdMin, logStdMax] as const) : null;
  const settings = { low, high, logStdBounds };
  const name = squashActions ? 'squashed-gaussian' : 'diagonal-gaussian';
  const half = (logStdMax - logStdMin) / 2;
  return {
    name: `${name}(${size}${stateDependentStd ? ', state-dependent' : ''})`,
    space: { type: 'box', low, high },
    options,
    twin: squashActions
      ? twin.squashedGaussian(size, settings)
      : twin.diagonalGaussian(size, settings),
    extremes: extremeGaussians(size),
    std: (parameters, a) => {
      const x = parameters[size + a]!;
      return Math.exp(stateDependentStd ? logStdMin + half * (Math.tanh(x) + 1) : x);
    },
  };
}

function categoricalCase(n: number): DistributionCase {
  return {
    name: `categorical(${n})`,
    space: { type: 'discrete', n },
    twin: twin.categorical(n),
    extremes: extremeLogits(n),
  };
}

function multiCategoricalCase(nvec: readonly number[]): DistributionCase {
  return {
    name: `multi-categorical(${nvec})`,
    space: { type: 'multi-discrete', nvec },
    twin: twin.multiCategorical(nvec),
    extremes: extremeLogits(nvec.reduce((sum, n) => sum + n, 0)),
  };
}

export const DISTRIBUTION_CASES: readonly DistributionCase[] = [
  categoricalCase(2),
  categoricalCase(5),
  multiCategoricalCase([3, 2, 4]),
  multiCategoricalCase([7]),
  gaussianCase(1),
  gaussianCase(3),
  gaussianCase(1, { squashActions: true }),
  gaussianCase(3, { squashActions: true }),
  gaussianCase(2, { stateDependentStd: true }),
  gaussianCase(2, { squashActions: true, stateDependentStd: true, logStdMin: -3, logStdMax: 0.5 }),
];

/** Choices of which every sample of a loss allows others; one takes two words. */
export const MASKED_CASES: readonly DistributionCase[] = [
  categoricalCase(2),
  categoricalCase(5),
  multiCategoricalCase([3, 2, 4]),
  multiCategoricalCase([7, 12]),
].map((own) => ({ ...own, name: `masked ${own.name}`, options: { actionMask: true } }));
