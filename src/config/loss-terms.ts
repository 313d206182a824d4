/**
 * The terms of the loss. A row here and its function in shaders/update/loss-terms.wesl are all that
 * a term needs: from the row come its config fields, its places in the agent's record and its
 * metric.
 *
 *   loss = Σ_term sign · weight · term
 */
import { ANNEAL_CHOICES } from './choices';
import type { ConfigField } from './field';
import type { PpoConfig } from './ppo-config';

/** A config field of the loss. */
type LossField<Key extends keyof PpoConfig = keyof PpoConfig> = ConfigField<Key> & {
  /** The field that sets this one's schedule over the run. */
  readonly anneal?: keyof PpoConfig;
};

interface LossTerm {
  /** Its function is `<term>_term`. */
  readonly term: string;
  /** The field that weights it; null for a weight of 1. */
  readonly weight: keyof PpoConfig | null;
  /** -1 for a term to be maximised. */
  readonly sign: 1 | -1;
  /** Name under which its mean over a minibatch is reported. */
  readonly metric: `losses/${string}`;
  readonly fields: { readonly [Key in keyof PpoConfig]?: LossField<Key> };
}

/** Every term of the loss with its config fields. */
export const LOSS_TERMS = [
  {
    term: 'policy',
    weight: null,
    sign: 1,
    metric: 'losses/policy_loss',
    fields: {
      objective: {
        group: 'objective',
        type: 'choice',
        default: 'clip',
        choices: ['clip', 'penalty'],
        perAgent: true,
        description:
          'Surrogate objective: clip (clipped ratios) or penalty (unclipped ratios, with klCoef).',
        source: 'Schulman et al. 2017, eq. 7 (clip) and eq. 8 (penalty)',
        pitfall: 'penalty does not clip, so klCoef must be above 0.',
      },
      clipCoef: {
        group: 'objective',
        type: 'number',
        default: 0.2,
        min: 0,
        max: 10,
        exclusiveMin: true,
        anneal: 'annealClip',
        perAgent: true,
        description: 'Clip range of the policy ratio.',
        source: 'Schulman et al. 2017 (PPO), equation 7; CleanRL ppo.py --clip-coef; detail 8',
        pitfall: 'It stops the gradient outside the range; it does not keep the ratio inside.',
      },
      annealClip: {
        group: 'objective',
        type: 'choice',
        default: false,
        choices: ANNEAL_CHOICES,
        perAgent: true,
        description: 'Schedule of clipCoef: false is constant; true, linear and cosine end at 0.',
        source: 'Schulman et al. 2017, table 5 (Atari: ε falls linearly)',
        pitfall: 'Near the end, where the range closes, hardly anything is learned.',
      },
      dualClip: {
        group: 'objective',
        type: 'number',
        default: 0,
        min: 1,
        exclusiveMin: true,
        max: 100,
        orZero: true,
        perAgent: true,
        description:
          'Largest ratio that counts for actions with negative advantage, above 1; 0: no limit.',
        source: 'Ye et al. 2020, eq. 5 (dual-clip PPO, c = 3)',
        pitfall: 'Only matters if the policy moves far away from the one that collected the data.',
      },
    },
  },
  {
    term: 'value',
    weight: 'vfCoef',
    sign: 1,
    metric: 'losses/value_loss',
    fields: {
      vfCoef: {
        group: 'objective',
        type: 'number',
        default: 0.5,
        min: 0,
        max: 100,
        perAgent: true,
        description: 'Weight of the value loss.',
        source: 'Schulman et al. 2017 (PPO), equation 9 (c1); CleanRL ppo.py --vf-coef; detail 10',
        pitfall:
          'The gradient norm spans both networks: if clipped, a large value loss slows the actor.',
      },
      clipVloss: {
        group: 'objective',
        type: 'boolean',
        default: true,
        perAgent: true,
        description: 'Clip the value loss to the range of vfClipCoef, or of clipCoef.',
        source: 'Engstrom et al. 2020; CleanRL ppo.py --clip-vloss; detail 9',
        pitfall:
          'The range is in units of the return; Andrychowicz et al. 2021 found clipping harmful.',
      },
      vfClipCoef: {
        group: 'objective',
        type: 'number',
        default: 0,
        min: 0,
        max: 1e6,
        perAgent: true,
        description: 'Clip range of the value if clipVloss is true; 0 uses clipCoef.',
        source: 'Stable-Baselines3 PPO, clip_range_vf',
        pitfall: 'In units of the return.',
      },
      huberDelta: {
        group: 'objective',
        type: 'number',
        default: 0,
        min: 0,
        max: 1e6,
        perAgent: true,
        description: 'Huber threshold of the value loss; 0: plain squared error.',
        source: 'Huber 1964; Andrychowicz et al. 2021, B.1',
        pitfall: 'In units of the return; cannot be combined with clipVloss.',
      },
    },
  },
  {
    term: 'entropy',
    weight: 'entCoef',
    sign: -1,
    metric: 'losses/entropy',
    fields: {
      entCoef: {
        group: 'objective',
        type: 'number',
        default: 0.01,
        min: 0,
        max: 100,
        anneal: 'annealEnt',
        perAgent: true,
        description: 'Weight of the entropy bonus.',
        source: 'Schulman et al. 2017 (PPO), equation 9 (c2); CleanRL ppo.py --ent-coef; detail 10',
        pitfall:
          'The entropy of continuous actions is unbounded: 0.01 may widen them without end; try 0.',
      },
      annealEnt: {
        group: 'objective',
        type: 'choice',
        default: false,
        choices: ANNEAL_CHOICES,
        perAgent: true,
        description: 'Schedule of entCoef: false is constant; true, linear and cosine end at 0.',
        source: 'Mnih et al. 2016; a common extension of CleanRL ppo.py',
        pitfall: 'It spans the whole run, so a longer run explores for longer.',
      },
    },
  },
  {
    term: 'kl_penalty',
    weight: 'klCoef',
    sign: 1,
    metric: 'losses/kl_penalty',
    fields: {
      klCoef: {
        group: 'objective',
        type: 'number',
        default: 0,
        min: 0,
        max: 1e3,
        anneal: 'annealKl',
        perAgent: true,
        description: 'Weight of the KL divergence from the policy that collected the rollout.',
        source: 'Schulman et al. 2017 (PPO), equation 8 (beta, from 1); Schulman 2020 (k3)',
        pitfall: 'Estimated from the sampled actions, so single estimates are noisy.',
      },
      annealKl: {
        group: 'objective',
        type: 'choice',
        default: 'kl-adaptive',
        choices: [false, 'kl-adaptive'],
        perAgent: true,
        description:
          'kl-adaptive: double or halve klCoef (1e-6 to 1e3) to keep the KL near desiredKl.',
        source: 'Schulman et al. 2017 (PPO), section 4; the bounds: Lockstep',
        pitfall:
          'It looks at the last epoch of an iteration; from 1e-6 it takes 20 iterations back to 1.',
      },
    },
  },
  {
    term: 'reference_kl',
    weight: 'refKlCoef',
    sign: 1,
    metric: 'losses/reference_kl',
    fields: {
      refKlCoef: {
        group: 'objective',
        type: 'number',
        default: 0,
        min: 0,
        max: 1e3,
        perAgent: true,
        description: 'Weight of the KL divergence from a frozen reference policy, in the loss.',
        source: 'Shao et al. 2024 (GRPO), equation 4; Schulman 2020 (k3)',
        pitfall: 'The reference is the initial policy unless another is given (--reference).',
      },
      refKlRewardCoef: {
        group: 'objective',
        type: 'number',
        default: 0,
        min: 0,
        max: 1e3,
        perAgent: true,
        description: 'Weight of log(policy / reference), subtracted from every reward.',
        source: 'Ziegler et al. 2019, equation 2; Ouyang et al. 2022 (the RLHF form)',
        pitfall: 'Applied before normReward and clipReward, so in units of the raw reward.',
      },
    },
  },
] as const satisfies readonly LossTerm[];

type KeyOf<T> = T extends unknown ? keyof T : never;
/** The config fields of the loss. */
export type LossKey = KeyOf<(typeof LOSS_TERMS)[number]['fields']>;

/**
 * Names of the metrics that report the terms of the loss, each as its mean over the updates taken.
 */
export type LossMetric = (typeof LOSS_TERMS)[number]['metric'];

/** The rows of the config fields of the loss. */
export const LOSS_FIELDS = Object.assign({}, ...LOSS_TERMS.map(({ fields }) => fields)) as {
  readonly [Key in LossKey]: LossField<Key>;
};

/** A number of the loss in the agent's record. */
export interface LossSetting {
  /** Its name in shaders, e.g. `clip_coef`. */
  readonly name: string;
  /** The config field that it comes from; null for a weight of 1. */
  readonly key: LossKey | null;
  readonly sign: 1 | -1;
  /** The values of a choice, which the device stores as an index into this list. */
  readonly choices: readonly (string | boolean)[];
  /** The config field that sets its schedule over the run. */
  readonly anneal: LossKey | null;
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function settingOf(key: LossKey, sign: 1 | -1): LossSetting {
  const { choices = [], anneal }: LossField = LOSS_FIELDS[key];
  return { name: snakeCase(key), key, sign, choices, anneal: (anneal as LossKey) ?? null };
}

function listSettings(): LossSetting[] {
  const terms: readonly LossTerm[] = LOSS_TERMS;
  const weights = terms.map(({ term, weight, sign }) =>
    weight === null
      ? { name: `${term}_weight`, key: null, sign, choices: [], anneal: null }
      : settingOf(weight as LossKey, sign),
  );
  const keys = Object.keys(LOSS_FIELDS) as LossKey[];
  const others = keys.filter(
    (key) =>
      !terms.some(({ weight }) => weight === key) &&
      !keys.some((other) => LOSS_FIELDS[other].anneal === key),
  );
  return [...weights, ...others.map((key) => settingOf(key, 1))];
}

/** In the order of the record: the weight of every term, then the terms' other numbers. */
export const LOSS_SETTINGS: readonly LossSetting[] = listSettings();

/**
 * Constants of the shaders: the index of every setting, e.g. CLIP_COEF, and the number of terms.
 */
export const LOSS_CONSTANTS: Readonly<Record<string, number>> = {
  LOSS_TERMS: LOSS_TERMS.length,
  ...Object.fromEntries(LOSS_SETTINGS.map(({ name }, index) => [name.toUpperCase(), index])),
};
