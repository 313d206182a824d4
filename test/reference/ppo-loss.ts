/**
 * The loss of PPO (Schulman et al. 2017) and its derivatives by hand:
 * L = policyLoss + vfCoef valueLoss - entCoef entropy + klCoef klPenalty
 *   + refKlCoef referenceKl, each the mean over a minibatch.
 */

import { type Distribution, type Mask, maskedBy } from './distributions';
import type { Vector } from './linear';
import { mean, normalize, populationVariance } from './moments';

export interface LossSettings {
  readonly objective: 'clip' | 'penalty';
  /** epsilon of the policy's clip */
  readonly clipCoef: number;
  /** c of the dual clip, 0 for none */
  readonly dualClip: number;
  /** epsilon of the value's clip, null for the plain value loss */
  readonly clipVlossCoef: number | null;
  /** delta of the value's Huber loss, 0 for none */
  readonly huberDelta: number;
  readonly vfCoef: number;
  readonly entCoef: number;
  /** Weight of KL(pi_old || pi). */
  readonly klCoef: number;
  /** Weight of KL(pi || pi_ref). */
  readonly refKlCoef: number;
  /** Whether advantages are normalized, and over what. */
  readonly normAdv: boolean | 'batch';
}

/** What CleanRL's ppo.py does. */
export const PLAIN_LOSS = {
  objective: 'clip',
  dualClip: 0,
  huberDelta: 0,
  klCoef: 0,
  refKlCoef: 0,
} as const;

/** What the rollout and the advantages left behind for one transition. */
export interface LossTarget {
  /** [A] */
  readonly action: Vector;
  /** What the state allowed, [D]; nothing where everything is. */
  readonly mask?: Mask | undefined;
  readonly oldLogProb: number;
  /** log pi_ref(a), where there is a reference policy. */
  readonly refLogProb?: number | undefined;
  readonly oldValue: number;
  readonly advantage: number;
  readonly return: number;
}

/** What the network says of that transition now. */
export interface Prediction {
  /** Distribution parameters, [D] */
  readonly parameters: Vector;
  readonly value: number;
}

/** A term's value and its derivative with respect to its one input. */
interface Term {
  readonly value: number;
  readonly derivative: number;
}

export interface SampleLoss {
  readonly policyLoss: number;
  readonly valueLoss: number;
  readonly entropy: number;
  readonly klPenalty: number;
  readonly referenceKl: number;
  readonly logProb: number;
  readonly logRatio: number;
  /** dL/d(parameters) of this sample alone, [D] */
  readonly dParameters: number[];
  /** dL/d(value) of this sample alone */
  readonly dValue: number;
}

export interface LossStatistics {
  readonly policyLoss: number;
  readonly valueLoss: number;
  readonly entropy: number;
  readonly klPenalty: number;
  readonly referenceKl: number;
  readonly loss: number;
  readonly approxKl: number;
  readonly oldApproxKl: number;
  readonly clipfrac: number;
}

export interface BatchLoss {
  readonly statistics: LossStatistics;
  /** [M] */
  readonly logProbs: number[];
  /** Derivatives of the mean loss, [M][D] */
  readonly dParameters: number[][];
  /** Derivatives of the mean loss, [M] */
  readonly dValues: number[];
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}

/**
 * clip: max(-A r, -A clip(r, 1 - eps, 1 + eps)), penalty: -A r; for A < 0 at most -A c with a dual
 * clip c (Ye et al. 2020); and the derivative with respect to log r
 */
export function policyTerm(logRatio: number, advantage: number, settings: LossSettings): Term {
  const { objective, clipCoef, dualClip } = settings;
  const ratio = Math.exp(logRatio);
  // r = d r / d log r
  const plain = { value: -advantage * ratio, derivative: -advantage * ratio };
  const clipped = -advantage * clamp(ratio, 1 - clipCoef, 1 + clipCoef);
  // Where the clipped one wins it is constant.
  const surrogate =
    objective === 'clip' && clipped > plain.value ? { value: clipped, derivative: 0 } : plain;
  const bound = -advantage * dualClip;
  const bounded = dualClip > 0 && advantage < 0 && surrogate.value > bound;
  return bounded ? { value: bound, derivative: 0 } : surrogate;
}

/** e^2 / 2, or from |e| = delta on delta (|e| - delta / 2) (Huber 1964); its derivative by e */
function errorTerm(error: number, delta: number): Term {
  if (delta === 0 || Math.abs(error) <= delta) {
    return { value: 0.5 * error ** 2, derivative: error };
  }
  return {
    value: delta * (Math.abs(error) - 0.5 * delta),
    derivative: delta * Math.sign(error),
  };
}

/**
 * The loss of e = V - R, or with clipping 1/2 max(e^2, (V' - R)^2) where
 * V' = V_old + clip(V - V_old, -eps, eps); and its derivative with respect to V
 */
export function valueTerm(value: number, target: LossTarget, settings: LossSettings): Term {
  const { clipVlossCoef: coef, huberDelta } = settings;
  const error = value - target.return;
  const change = value - target.oldValue;
  if (coef === null || Math.abs(change) <= coef) {
    // Inside the range V' = V. Asked for, not computed: V_old + (V - V_old) is off by a rounding,
    // and a comparison of the two losses would then drop half of the derivatives.
    return errorTerm(error, huberDelta);
  }
  const clipped = target.oldValue + clamp(change, -coef, coef) - target.return;
  // Where the clipped one wins it is constant.
  return clipped ** 2 > error ** 2
    ? { value: 0.5 * clipped ** 2, derivative: 0 }
    : errorTerm(error, huberDelta);
}

/** e^x - 1 - x (k3), beyond x = 10 along its tangent; its derivative by x */
export function k3Term(x: number): Term {
  const near = Math.min(x, 10);
  const slope = Math.exp(near) - 1;
  return { value: Math.exp(near) - 1 - near + (x - near) * slope, derivative: slope };
}

/** k3 of log r, whose mean over old actions is KL(pi_old || pi); its derivative by log r */
export function klTerm(logRatio: number): Term {
  return k3Term(logRatio);
}

/** k3 of x = log pi_ref - log pi, whose mean is KL(pi || pi_ref); its derivative by log pi */
export function referenceTerm(logProb: number, refLogProb: number): Term {
  const { value, derivative } = k3Term(refLogProb - logProb);
  return { value, derivative: -derivative };
}

export function sampleLoss(
  unmasked: Distribution,
  { parameters, value }: Prediction,
  target: LossTarget,
  settings: LossSettings,
): SampleLoss {
  const distribution = maskedBy(unmasked, target.mask);
  const logProb = distribution.logProb(parameters, target.action);
  // r = pi(a) / pi_old(a)
  const logRatio = logProb - target.oldLogProb;
  const policy = policyTerm(logRatio, target.advantage, settings);
  const critic = valueTerm(value, target, settings);
  const kl = klTerm(logRatio);
  const reference = referenceTerm(logProb, target.refLogProb ?? logProb);
  const dLogProb = distribution.dLogProb(parameters, target.action);
  const dEntropy = distribution.dEntropy(parameters);
  return {
    policyLoss: policy.value,
    valueLoss: critic.value,
    entropy: distribution.entropy(parameters),
    logProb,
    logRatio,
    klPenalty: kl.value,
    referenceKl: reference.value,
    // dL/dp = dL/d(log r) d(log pi)/dp - entCoef dH/dp
    dParameters: dLogProb.map(
      (d, i) =>
        (policy.derivative +
          settings.klCoef * kl.derivative +
          settings.refKlCoef * reference.derivative) *
          d -
        settings.entCoef * dEntropy[i]!,
    ),
    dValue: settings.vfCoef * critic.derivative,
  };
}

function statisticsOf(samples: readonly SampleLoss[], settings: LossSettings): LossStatistics {
  const policyLoss = mean(samples.map((sample) => sample.policyLoss));
  const valueLoss = mean(samples.map((sample) => sample.valueLoss));
  const entropy = mean(samples.map((sample) => sample.entropy));
  const klPenalty = mean(samples.map((sample) => sample.klPenalty));
  const referenceKl = mean(samples.map((sample) => sample.referenceKl));
  const logRatios = samples.map((sample) => sample.logRatio);
  return {
    policyLoss,
    valueLoss,
    entropy,
    klPenalty,
    referenceKl,
    loss:
      policyLoss +
      settings.vfCoef * valueLoss -
      settings.entCoef * entropy +
      settings.klCoef * klPenalty +
      settings.refKlCoef * referenceKl,
    // mean((r - 1) - log r), Schulman's k3 (joschu.net/blog/kl-approx.html)
    approxKl: mean(logRatios.map((logRatio) => k3Term(logRatio).value)),
    // mean(-log r), k1
    oldApproxKl: mean(logRatios.map((logRatio) => -logRatio)),
    // mean(|r - 1| > eps)
    clipfrac: mean(
      logRatios.map((logRatio) => (Math.abs(Math.exp(logRatio) - 1) > settings.clipCoef ? 1 : 0)),
    ),
  };
}

/**
 * The loss of one minibatch: `predictions` and `targets` are [M]. Advantages that are normalized
 * over the batch come so already.
 */
export function batchLoss(
  distribution: Distribution,
  predictions: readonly Prediction[],
  targets: readonly LossTarget[],
  settings: LossSettings,
): BatchLoss {
  const raw = targets.map((target) => target.advantage);
  const advantages = settings.normAdv === true ? normalize(raw) : raw;
  const samples = targets.map((target, m) => {
    const normalized = { ...target, advantage: advantages[m]! };
    return sampleLoss(distribution, predictions[m]!, normalized, settings);
  });
  return {
    statistics: statisticsOf(samples, settings),
    logProbs: samples.map((sample) => sample.logProb),
    dParameters: samples.map((sample) => sample.dParameters.map((d) => d / samples.length)),
    dValues: samples.map((sample) => sample.dValue / samples.length),
  };
}

/** 1 - var(R - V) / var(R); NaN where the returns do not vary. */
export function explainedVariance(values: Vector, returns: Vector): number {
  const variance = populationVariance(returns);
  const residual = populationVariance(returns.map((r, i) => r - values[i]!));
  return variance === 0 ? Number.NaN : 1 - residual / variance;
}
