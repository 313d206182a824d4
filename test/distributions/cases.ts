/** Every distribution with its twin; the contract tests walk this list. */
import type { ActionSpace } from '../../src/action-space';
import * as twin from '../reference/distributions';

export interface DistributionCase {
  readonly name: string;
  readonly space: ActionSpace;
  readonly twin: twin.Distribution;
  /** Parameters at the edge of what training meets. */
  readonly extremes: readonly (readonly number[])[];
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

function gaussianCase(size: number): DistributionCase {
  const bounds = {
    low: Array.from({ length: size }, () => -1),
    high: Array.from({ length: size }, () => 1),
  };
  return {
    name: `diagonal-gaussian(${size})`,
    space: { type: 'box', ...bounds },
    twin: twin.diagonalGaussian(size),
    extremes: extremeGaussians(size),
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
];
