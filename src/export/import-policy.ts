/** Policies that Stable-Baselines3 and CleanRL trained, as saved policies of Lockstep. */
import { findProblems } from '../config/check';
import { completeConfig } from '../config/defaults';
import { ESTIMATORS } from '../config/estimators';
import { CONFIG_FIELDS } from '../config/fields';
import type { PpoConfig } from '../config/ppo-config';
import { checkedEnvironment, type EnvironmentDefinition } from '../environments/definition';
import { type ActorCriticLayout, layoutActorCritic } from '../network/actor-critic';
import type { MlpLayer } from '../network/mlp-layers';
import { mlpOf } from '../network/mlp-layout';
import { outlineTask } from '../rollout/task';
import type { SavedPolicy } from '../trainer/saved-policy';
import { type ForeignFile, PolicyImportError, readForeign } from './foreign-file';
import { type ForeignLayer, type ForeignNetworks, foreignNetworks } from './foreign-networks';

/**
 * The policy in the bytes of a file that Stable-Baselines3 or CleanRL saved: SB3's zip archive, a
 * state dict of torch.save, or safetensors with the names of either. Multilayer perceptrons whose
 * actor and critic have equal hidden layers can be imported; the widths follow from the tensors,
 * the activation from SB3's archive, and else it is tanh. Statistics of `VecNormalize` and of
 * `NormalizeObservation` are in other files and are not imported. No code in the file is executed.
 *
 *     const saved = importPolicy(bytes, findEnvironment('CartPole-v1'));
 *     const policy = await loadPolicy(saved);
 *
 * @param environment what the policy acts in; observations and actions must have its sizes
 * @throws PolicyImportError for other files, and for networks that do not fit the environment;
 * EnvironmentError for an environment that is not valid.
 */
export function importPolicy(bytes: Uint8Array, environment: EnvironmentDefinition): SavedPolicy {
  const checked = checkedEnvironment(environment);
  const file = readForeign(bytes);
  const networks = foreignNetworks(file);
  const config = configOf(file, networks, checked);
  const { distribution, observationSize } = outlineTask(checked, config);
  const layout = layoutActorCritic({ ...config, ...distribution, observationSize });
  checkSizes(networks, layout, checked);
  return { environment: checked, config, policy: { parameters: parametersOf(networks, layout) } };
}

/** The configuration of a run with such networks; what the file does not say is the default. */
function configOf(
  { config: said }: ForeignFile,
  { actor, critic, shared }: ForeignNetworks,
  environment: EnvironmentDefinition,
): PpoConfig {
  const widths = (layers: readonly ForeignLayer[]) =>
    layers.slice(0, -1).map(({ outputs }) => outputs);
  const hiddenSizes = widths(actor);
  if (widths(critic).join() !== hiddenSizes.join()) {
    throw new PolicyImportError(
      `has the hidden layers [${hiddenSizes.join(', ')}] in the actor and ` +
        `[${widths(critic).join(', ')}] in the critic; they must be equal (hiddenSizes)`,
    );
  }
  const own: Partial<PpoConfig> = {
    ...{ numAgents: 1, hiddenSizes, sharedTrunk: shared, layerNorm: false, storage: 'f32' },
    ...{ activation: 'tanh', criticActivation: 'same' },
    ...{ squashActions: false, stateDependentStd: false, normObs: false, normReward: false },
    ...(shared ? { criticLearningRate: 0 } : {}),
    ...said,
  };
  const config = completeConfig(ofOneAgent(environment.defaults ?? {}), own);
  const { critic: trained } = ESTIMATORS[config.advantageEstimator];
  const complete: PpoConfig = trained ? config : { ...config, advantageEstimator: 'gae' };
  const problems = findProblems(complete, [], environment).map(({ sentence }) => sentence);
  if (problems.length === 0) return complete;
  throw new PolicyImportError(`does not fit ${environment.id}: ${problems.join('; ')}`);
}

/** Defaults with the values of agent 0 where they list some for several agents. */
function ofOneAgent(defaults: Partial<PpoConfig>): Partial<PpoConfig> {
  const entries = Object.entries(defaults).map(([key, value]) => {
    const { perAgent } = CONFIG_FIELDS[key as keyof PpoConfig];
    return [key, perAgent && Array.isArray(value) ? value[0] : value];
  });
  return Object.fromEntries(entries) as Partial<PpoConfig>;
}

function checkSizes(
  { actor, critic, logStd }: ForeignNetworks,
  { networks, freeSize }: ActorCriticLayout,
  { id, observation, action }: EnvironmentDefinition,
): void {
  const headSize = networks[0]!.outputs[0]!.count;
  const rows: readonly (readonly [string, number, number])[] = [
    ['actor inputs', actor[0]!.inputs, observation.length],
    ['critic inputs', critic[0]!.inputs, observation.length],
    ['actor outputs', actor.at(-1)!.outputs, headSize],
    ['critic outputs', critic.at(-1)!.outputs, 1],
    ['log standard deviations', logStd?.length ?? 0, freeSize],
  ];
  const problems = rows
    .filter(([, found, wanted]) => found !== wanted)
    .map(([what, found, wanted]) => `${what}: ${found}, expected ${wanted}`);
  if (problems.length === 0) return;
  throw new PolicyImportError(
    `does not fit ${id}, which has ${observation.length} observed numbers and ${action.type} ` +
      `actions; ${problems.join('; ')}`,
  );
}

/** One agent's parameters, [P]. */
function parametersOf(networks: ForeignNetworks, layout: ActorCriticLayout): Float32Array {
  const parameters = new Float32Array(layout.parameterCount);
  const write = (layers: readonly ForeignLayer[], places: readonly MlpLayer[]): void => {
    for (const [index, { weight, bias }] of layers.entries()) {
      const { weightOffset, biasOffset } = places[index]!;
      parameters.set(weight, weightOffset);
      parameters.set(bias, biasOffset);
    }
  };
  write(networks.actor, mlpOf(layout.actor)!.layers);
  write(networks.critic, mlpOf(layout.critic!)!.layers);
  parameters.set(networks.logStd ?? [], layout.freeOffset);
  const bad = parameters.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return parameters;
  throw new PolicyImportError(`has a weight that is ${parameters[bad]}; all must be finite`);
}
