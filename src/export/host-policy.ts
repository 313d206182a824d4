/** A policy that acts on the host, in plain JavaScript: no device, no file system. */
import type { EnvironmentDefinition } from '../environments/definition';
import { decodePolicy, type SavedPolicy } from '../trainer/saved-policy';
import { type ActionMask, checkedMask, checkedObservation, PolicyInputError } from './act-input';
import { type ActionDistribution, decide, distributionOf } from './decide';
import { hiddenOutput, linear } from './forward';
import { normalize } from './input-normalizer';
import { type AgentOption, type PolicyModel, policyModel } from './policy-model';

/** How `HostPolicy.act` chooses. */
export interface ActOptions<Mask = ActionMask> {
  /**
   * Which values of the choices are allowed, D entries in the order of the logits; required where
   * the environment masks its actions (`actionMask`), refused elsewhere. For a batch, one for each
   * observation.
   */
  readonly mask?: Mask | undefined;
  /** Take the most likely action instead of a sample; default true. */
  readonly greedy?: boolean | undefined;
  /** Numbers in [0, 1) that a sample is drawn with; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** What a policy does for one observation. */
export interface Decision {
  /**
   * The action as the environment gets it, A numbers: the index of each choice, or real numbers
   * within the bounds.
   */
  readonly action: number[];
  /**
   * Logarithm of the probability of the choices, or of the density of the numbers: for clipped ones
   * that before clipping.
   */
  readonly logProbability: number;
  /** What the critic expects of the discounted return; null for a policy without a critic. */
  readonly value: number | null;
}

/** An observation, O numbers in the environment's order. */
export type ObservationLike = ArrayLike<number>;

/**
 * A policy that acts without a device, made by `loadPolicy`. It computes what the device computes,
 * in float32, to about 2e-6 of the magnitude of its outputs.
 */
export class HostPolicy {
  /** @internal */
  constructor(
    /** @internal */
    readonly model: PolicyModel,
  ) {}

  /** The environment that the policy was trained on: names and units of observations, actions. */
  get environment(): EnvironmentDefinition {
    return this.model.environment;
  }

  /** Index of the agent whose policy it is. */
  get agent(): number {
    return this.model.agent;
  }

  /**
   * Acts on one observation, or on each of a list of them.
   * @throws PolicyInputError for an observation of another length or with a number that is not
   * finite in float32, and for a mask of another length, that forbids everything, that is missing
   * or that the environment does not have.
   */
  act(observation: ObservationLike, options?: ActOptions): Decision;
  act(
    observations: readonly ObservationLike[],
    options?: ActOptions<readonly ActionMask[]>,
  ): Decision[];
  act(
    given: ObservationLike | readonly ObservationLike[],
    options: ActOptions<ActionMask | readonly ActionMask[]> = {},
  ): Decision | Decision[] {
    const { mask } = options;
    if (!isBatch(given)) {
      return this.decide(given, mask as ActionMask | undefined, options, 'observation', 'mask');
    }
    const masks = checkedMasks(mask as readonly ActionMask[] | undefined, given.length);
    return given.map((observation, index) =>
      this.decide(observation, masks?.[index], options, `observation ${index}`, `mask ${index}`),
    );
  }

  /**
   * What `act` draws its samples from, for one observation.
   * @param options the mask, as for `act`
   * @throws PolicyInputError as `act` does.
   */
  distribution(
    given: ObservationLike,
    { mask: givenMask }: Pick<ActOptions, 'mask'> = {},
  ): ActionDistribution {
    const { environment, normalizer, actor, head } = this.model;
    const observation = checkedObservation('observation', given, environment.observation);
    const mask = checkedMask('mask', givenMask, head, environment.id);
    const inputs = normalizer ? normalize(normalizer, observation) : observation;
    return distributionOf(head, linear(actor.output, hiddenOutput(actor, inputs)), mask);
  }

  private decide(
    given: ObservationLike,
    givenMask: ActionMask | undefined,
    { greedy = true, random = Math.random }: ActOptions<unknown>,
    name: string,
    maskName: string,
  ): Decision {
    const { environment, normalizer, actor, critic, head } = this.model;
    const observation = checkedObservation(name, given, environment.observation);
    const mask = checkedMask(maskName, givenMask, head, environment.id);
    const inputs = normalizer ? normalize(normalizer, observation) : observation;
    const hidden = hiddenOutput(actor, inputs);
    const decision = decide(head, linear(actor.output, hidden), mask, greedy ? undefined : random);
    if (!critic) return { ...decision, value: null };
    const own = critic.hidden === actor.hidden ? hidden : hiddenOutput(critic, inputs);
    return { ...decision, value: linear(critic.output, own)[0]! };
  }
}

/** Whether observations are given, and not the numbers of one. */
function isBatch(
  given: ObservationLike | readonly ObservationLike[],
): given is readonly ObservationLike[] {
  // Observations have one number at least, so an empty list is an empty batch.
  return Array.isArray(given) && (given.length === 0 || typeof given[0] === 'object');
}

function checkedMasks(
  masks: readonly ActionMask[] | undefined,
  count: number,
): readonly ActionMask[] | undefined {
  const areMasks = masks?.length === 0 || typeof masks?.[0] === 'object';
  if (masks === undefined || (areMasks && masks.length === count)) return masks;
  throw new PolicyInputError(
    `mask must be a list of ${count} masks, one for each observation of the batch`,
  );
}

/**
 * A policy that acts on the host, from the bytes of a policy file or a checkpoint, or from what
 * `decodePolicy` made of them.
 *
 *     const policy = await loadPolicy(bytes);
 *     const { action } = policy.act([0, 0.1, 0.02, -0.1]);
 *
 * @throws SavedFileError for bytes that are neither; ConfigError for an agent index out of range,
 * or for networks that the configuration does not describe.
 */
export async function loadPolicy(
  given: Uint8Array | SavedPolicy,
  options: AgentOption = {},
): Promise<HostPolicy> {
  const saved = given instanceof Uint8Array ? decodePolicy(given) : given;
  return new HostPolicy(policyModel(saved, options));
}
