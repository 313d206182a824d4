/**
 * Action distributions: how the networks' outputs become actions, log-probabilities and entropies.
 */
import type { ActionSpace } from '../action-space';
import { DEFAULT_CONFIG } from '../config/defaults';
import type { PpoConfig } from '../config/ppo-config';
import { f32Literal, LARGEST_F32 } from '../gpu/wgsl-number';

/** The config fields that a distribution depends on. */
export type DistributionConfig = Pick<
  PpoConfig,
  'squashActions' | 'stateDependentStd' | 'logStdInit' | 'logStdMin' | 'logStdMax'
>;

export interface DistributionOptions extends Partial<DistributionConfig> {
  /** Whether every observation comes with a mask of the allowed choices. */
  readonly actionMask?: boolean | undefined;
  /** Whether the log-probability of a frozen reference policy is stored with every action. */
  readonly reference?: boolean | undefined;
}

export interface Distribution {
  readonly name: 'categorical' | 'multi-categorical' | 'diagonal-gaussian' | 'squashed-gaussian';
  /** Path of the module of pure functions (see shaders/distributions). */
  readonly shader: string;
  /** A: numbers per action. */
  readonly actionSize: number;
  /** Outputs of the actor network per sample. */
  readonly headSize: number;
  /** Trained parameters that do not depend on the observation (log standard deviations). */
  readonly freeSize: number;
  /** D = headSize + freeSize. */
  readonly distributionSize: number;
  /** Words per action mask, ⌈D / 16⌉; 0 without masks. */
  readonly maskWords: number;
  /** Whether the log-probability of a reference policy is stored with every action. */
  readonly reference: boolean;
  /** Rows of a stored action: A numbers, its mask's words, a reference's log-probability. */
  readonly actionRows: number;
  /** Bias of the actor's head, then the free parameters, before training; [D]. */
  readonly initialOutputs: readonly number[];
  /** Constants of its shader beyond the sizes. */
  readonly constants: Readonly<Record<string, number | string>>;
}

/** Choices per word of a mask, which as an integer is exact in f32. */
export const CHOICES_PER_WORD = 16;

type Shape = Omit<
  Distribution,
  'shader' | 'distributionSize' | 'maskWords' | 'reference' | 'actionRows'
>;

function distribution(
  shape: Shape,
  { actionMask = false, reference = false }: DistributionOptions,
): Distribution {
  const distributionSize = shape.headSize + shape.freeSize;
  const maskWords = actionMask ? Math.ceil(distributionSize / CHOICES_PER_WORD) : 0;
  return {
    ...shape,
    shader: `distributions/${shape.name}`,
    distributionSize,
    maskWords,
    reference,
    actionRows: shape.actionSize + maskWords + Number(reference),
  };
}

function choices(
  name: 'categorical' | 'multi-categorical',
  nvec: readonly number[],
  options: DistributionOptions,
): Distribution {
  const logits = nvec.reduce((sum, count) => sum + count, 0);
  const shape = {
    name,
    actionSize: nvec.length,
    headSize: logits,
    freeSize: 0,
    initialOutputs: Array.from({ length: logits }, () => 0),
    constants: { CHOICES: `array<u32, ${nvec.length}>(${nvec.join(', ')})` },
  };
  return distribution(shape, options);
}

/** The largest f32 stands for a missing bound: no number exceeds it. */
function floatList(bounds: readonly number[]): string {
  const floats = bounds.map((bound) => Math.min(Math.max(bound, -LARGEST_F32), LARGEST_F32));
  return `array<f32, ${bounds.length}>(${floats.map(f32Literal).join(', ')})`;
}

/** x with lo + (hi - lo) / 2 (tanh x + 1) = log σ; 0, the middle, if log σ is out of bounds. */
function boundedLogStd({ logStdInit, logStdMin, logStdMax }: DistributionConfig): number {
  const part = (2 * (logStdInit - logStdMin)) / (logStdMax - logStdMin) - 1;
  return Math.abs(part) < 1 ? Math.atanh(part) : 0;
}

function gaussian(
  { low, high }: Extract<ActionSpace, { readonly type: 'box' }>,
  options: DistributionOptions,
): Distribution {
  const config = { ...DEFAULT_CONFIG, ...options };
  const { squashActions, stateDependentStd, logStdInit, logStdMin, logStdMax } = config;
  const size = low.length;
  const logStd = stateDependentStd ? boundedLogStd(config) : logStdInit;
  // Σ log of the length that one unit of tanh covers
  const logScale = low.reduce((sum, bound, a) => sum + Math.log((high[a]! - bound) / 2), 0);
  return distribution(
    {
      name: squashActions ? 'squashed-gaussian' : 'diagonal-gaussian',
      actionSize: size,
      headSize: stateDependentStd ? 2 * size : size,
      freeSize: stateDependentStd ? 0 : size,
      initialOutputs: Array.from({ length: 2 * size }, (_, d) => (d < size ? 0 : logStd)),
      constants: {
        ACTION_LOW: floatList(low),
        ACTION_HIGH: floatList(high),
        STATE_DEPENDENT_STD: `${stateDependentStd}`,
        LOG_STD_MIN: logStdMin,
        LOG_STD_MAX: logStdMax,
        ...(squashActions ? { LOG_ACTION_SCALE: logScale } : {}),
      },
    },
    options,
  );
}

/**
 * The distribution for an action space. Omitted fields have the general defaults. `squashActions`
 * needs finite bounds, which `createTask` checks.
 */
export function distributionFor(
  space: ActionSpace,
  options: DistributionOptions = {},
): Distribution {
  switch (space.type) {
    case 'discrete':
      return choices('categorical', [space.n], options);
    case 'multi-discrete':
      return choices('multi-categorical', space.nvec, options);
    case 'box':
      return gaussian(space, options);
  }
}

/** The sizes that shaders import from `constants`. */
export function distributionConstants(distribution: Distribution): Record<string, number | string> {
  return {
    ACTION_SIZE: distribution.actionSize,
    HEAD_SIZE: distribution.headSize,
    DISTRIBUTION_SIZE: distribution.distributionSize,
    MASK_WORDS: distribution.maskWords,
    ACTION_ROWS: distribution.actionRows,
    ...distribution.constants,
  };
}

/** The conditions for `@if` in shaders. */
export function distributionConditions({
  maskWords,
  reference,
}: Distribution): Record<string, boolean> {
  return { masked: maskWords > 0, referenced: reference };
}
