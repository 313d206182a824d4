/** What a policy takes and gives, in words and numbers, for those who use it without Lockstep. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { SavedPolicy } from '../trainer/saved-policy';
import { type ActionHead, actionSize, choiceCount } from './action-head';
import { type AgentOption, type PolicyModel, policyModel } from './policy-model';

/** One number of the observation; bounds are null where there is none. */
export interface DescribedField {
  /** Place among the numbers, from 0 on. */
  readonly index: number;
  /** What it is. */
  readonly name: string;
  /** Unit; null where it has none. */
  readonly unit: string | null;
  /** Smallest value that it is known to have. */
  readonly low: number | null;
  /** Largest value that it is known to have. */
  readonly high: number | null;
}

/** What the numbers of an action mean. */
export type DescribedAction =
  | {
      /** One choice for each entry of `nvec`. */
      readonly type: 'discrete' | 'multi-discrete';
      /** Values of each choice: the number c of an action is from 0 to nvec[c] - 1. */
      readonly nvec: readonly number[];
      /** What the values of a single choice mean; null where the environment does not say. */
      readonly names: readonly string[] | null;
      /** Entries of a mask, in the order of the choices and their values; null without masks. */
      readonly maskSize: number | null;
    }
  | {
      /** Real numbers. */
      readonly type: 'box';
      /** Smallest values, which actions never go below; null for none. */
      readonly low: readonly (number | null)[];
      /** Largest values; null for none. */
      readonly high: readonly (number | null)[];
      /** How numbers come into their bounds: clipped to them, or squashed into them by tanh. */
      readonly bounded: 'clipped' | 'squashed';
      /**
       * Where the network computes the log standard deviations from x as low + (high - low)
       * sigmoid(2x): low and high; null where they are constants.
       */
      readonly logStdBounds: readonly [number, number] | null;
    };

/** What `describePolicy` returns; plain JSON. */
export interface PolicyDescription {
  /** Id of the environment. */
  readonly environment: string;
  /** Where its dynamics come from. */
  readonly source: string;
  /** Index of the agent in its population. */
  readonly agent: number;
  /** The numbers of an observation, in order, as the environment gives them. */
  readonly observation: readonly DescribedField[];
  /**
   * Bound of the normalized observations, where the policy itself normalizes the raw ones that it
   * is given; null where it takes them as they are.
   */
  readonly observationBound: number | null;
  /** What the numbers of an action mean. */
  readonly action: DescribedAction;
  /** Numbers per action. */
  readonly actionSize: number;
  /** The networks. */
  readonly network: {
    /** Widths of the hidden layers. */
    readonly hiddenSizes: readonly number[];
    /** Activation of the actor's hidden layers. */
    readonly activation: string;
    /** Activation of the critic's; null without a critic. */
    readonly criticActivation: string | null;
    /** Whether hidden layers are normalized. */
    readonly layerNorm: boolean;
    /** Whether actor and critic have the same hidden layers. */
    readonly sharedTrunk: boolean;
  };
  /** Discount factor of the returns that the value estimates. */
  readonly gamma: number;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function describeFields({ observation }: EnvironmentDefinition): DescribedField[] {
  return observation.map(({ name, unit = null, low, high }, index) => ({
    ...{ index, name, unit, low: finite(low), high: finite(high) },
  }));
}

function describeAction({ action }: EnvironmentDefinition, head: ActionHead): DescribedAction {
  if (head.kind === 'gaussian') {
    const { low, high, squashed, logStd } = head;
    return {
      type: 'box',
      low: low.map(finite),
      high: high.map(finite),
      bounded: squashed ? 'squashed' : 'clipped',
      logStdBounds: logStd instanceof Float32Array ? null : [logStd.low, logStd.high],
    };
  }
  return {
    type: action.type === 'multi-discrete' ? action.type : 'discrete',
    nvec: head.nvec,
    names: (action.type === 'discrete' && action.names) || null,
    maskSize: head.masked ? choiceCount(head) : null,
  };
}

/** Describes one agent's policy; see `describePolicy`. */
export function describeModel(model: PolicyModel): PolicyDescription {
  const { environment, actor, critic, head } = model;
  return {
    environment: environment.id,
    source: environment.source,
    agent: model.agent,
    observation: describeFields(environment),
    observationBound: model.normalizer?.bound ?? null,
    action: describeAction(environment, head),
    actionSize: actionSize(head),
    network: {
      hiddenSizes: actor.hidden.map(({ outputs }) => outputs),
      activation: actor.activation,
      criticActivation: critic?.activation ?? null,
      layerNorm: actor.hidden.some(({ norm }) => norm !== null),
      sharedTrunk: critic !== null && critic.hidden === actor.hidden,
    },
    gamma: model.gamma,
  };
}

/**
 * Order, names, units and bounds of a policy's observations, the meaning of its actions, and its
 * networks: what a file beside an export says.
 * @throws ConfigError as `loadPolicy` does.
 */
export function describePolicy(saved: SavedPolicy, options: AgentOption = {}): PolicyDescription {
  return describeModel(policyModel(saved, options));
}
