/** Saved policies with every kind of network, distribution and normalizer, without training. */
import type { ActionSpace } from '../../src/action-space';
import { completeConfig } from '../../src/config/defaults';
import { ESTIMATORS } from '../../src/config/estimators';
import type { PpoConfig } from '../../src/config/ppo-config';
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import { layoutActorCritic } from '../../src/network/actor-critic';
import { initialParameters } from '../../src/network/init';
import { outlineTask } from '../../src/rollout/task';
import type { SavedPolicy } from '../../src/trainer/saved-policy';
import { randomFloats } from '../support/run-dispatches';

/** Observations, and masks where there are any, that change at random with every step. */
const SHADER = `import package::distributions::interface::{Action, Mask};
import package::environments::interface::{Observation, OBSERVATION_SIZE, Step};
import package::lib::rng::{Rng, random};

struct State {
  signal: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(random(rng));
}

fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).signal = random(rng);
  return Step(action[0], false);
}

fn observe(state: State) -> Observation {
  var observation: Observation;
  for (var f = 0u; f < OBSERVATION_SIZE; f++) {
    observation[f] = 6.0 * fract(state.signal * (13.7 + 17.3 * f32(f))) - 3.0;
  }
  return observation;
}
`;

const MASK = (size: number): string => `
fn action_mask(state: State) -> Mask {
  var mask: Mask;
  for (var d = 0u; d < ${size}u; d++) {
    mask[d] = fract(state.signal * (3.3 + 7.1 * f32(d))) > 0.5;
  }
  return mask;
}
`;

export interface SignalsOptions {
  readonly size?: number;
  readonly actionMask?: boolean;
}

/** An environment of any sizes. */
export function signals(
  action: ActionSpace,
  { size = 5, actionMask = false }: SignalsOptions = {},
): EnvironmentDefinition {
  const nvec = action.type === 'discrete' ? [action.n] : action.type === 'box' ? [] : action.nvec;
  const choices = nvec.reduce((sum, n) => sum + n, 0);
  return defineEnvironment({
    id: 'Signals-v0',
    source: 'made up for the tests',
    observation: Array.from({ length: size }, (_, f) => ({
      ...{ name: `signal ${f}`, low: f === 0 ? -3 : -Infinity, high: f === 0 ? 3 : Infinity },
      unit: 'V',
    })),
    action,
    actionMask,
    maxEpisodeSteps: 20,
    shader: SHADER + (actionMask ? MASK(choices) : ''),
  });
}

/**
 * A policy with random parameters, large enough for every part to matter, and random statistics.
 * @param seed of both
 */
export function randomPolicy(
  environment: EnvironmentDefinition,
  given: Partial<PpoConfig> = {},
  seed = 3,
): SavedPolicy {
  const config = completeConfig(environment.defaults, { hiddenSizes: [13, 9], ...given });
  const { numAgents: agents, normObs } = config;
  const { distribution, observationSize } = outlineTask(environment, config);
  const withCritic = ESTIMATORS[config.advantageEstimator].critic;
  const layout = layoutActorCritic({ ...config, ...distribution, observationSize, withCritic });
  const all = Array.from({ length: agents }, (_, agent) => [
    ...initialParameters(layout, seed + agent),
  ]).flat();
  const noise = randomFloats(all.length, seed, 0.3);
  const parameters = Float32Array.from(all, (value, index) => value + noise[index]!);
  const fields = agents * observationSize;
  const statistics = {
    count: new Float64Array(fields).fill(1e5 + seed),
    mean: Float64Array.from(randomFloats(fields, seed + 1)),
    variance: Float64Array.from(randomFloats(fields, seed + 2), (value) => 0.1 + value * value),
  };
  const policy = { parameters, ...(normObs ? { observationStatistics: statistics } : {}) };
  return { environment, config, policy };
}

export interface PolicyCase {
  readonly name: string;
  readonly saved: SavedPolicy;
  readonly agent?: number;
}

const two: ActionSpace = { type: 'discrete', n: 2 };
const several: ActionSpace = { type: 'multi-discrete', nvec: [3, 2, 14] };
const box: ActionSpace = { type: 'box', low: [-1, -0.5], high: [1, 2] };
const oneSided: ActionSpace = { type: 'box', low: [-Infinity], high: [0.25] };

/** Every kind of policy that can leave the trainer. */
export const POLICY_CASES: readonly PolicyCase[] = [
  { name: 'categorical', saved: randomPolicy(signals(two)) },
  {
    name: 'masked categorical',
    saved: randomPolicy(signals({ type: 'discrete', n: 7 }, { actionMask: true })),
  },
  { name: 'multi-categorical', saved: randomPolicy(signals(several)) },
  {
    name: 'masked multi-categorical',
    saved: randomPolicy(signals(several, { actionMask: true }), { activation: 'relu' }),
  },
  { name: 'clipped gaussian', saved: randomPolicy(signals(box)) },
  { name: 'one-sided gaussian', saved: randomPolicy(signals(oneSided)) },
  { name: 'squashed gaussian', saved: randomPolicy(signals(box), { squashActions: true }) },
  {
    name: 'state-dependent gaussian',
    saved: randomPolicy(signals(box), { stateDependentStd: true, logStdMin: -3, logStdMax: 1 }),
  },
  {
    name: 'squashed state-dependent gaussian',
    saved: randomPolicy(signals(box), { squashActions: true, stateDependentStd: true }),
  },
  { name: 'elu', saved: randomPolicy(signals(two), { activation: 'elu' }) },
  {
    name: 'silu and relu',
    saved: randomPolicy(signals(box), { activation: 'silu', criticActivation: 'relu' }),
  },
  { name: 'no hidden layer', saved: randomPolicy(signals(two), { hiddenSizes: [] }) },
  { name: 'wide', saved: randomPolicy(signals(two, { size: 33 }), { hiddenSizes: [70, 65, 66] }) },
  { name: 'shared trunk', saved: randomPolicy(signals(box), { sharedTrunk: true }) },
  { name: 'layer norm', saved: randomPolicy(signals(two), { layerNorm: true }) },
  {
    name: 'shared trunk with layer norm',
    saved: randomPolicy(signals(box), { sharedTrunk: true, layerNorm: true, activation: 'silu' }),
  },
  { name: 'normalized', saved: randomPolicy(signals(two), { normObs: true }) },
  {
    name: 'agent 2 of 3, with bounds of their own',
    saved: randomPolicy(signals(box), { normObs: true, clipObs: [10, 5, 0.7], numAgents: 3 }),
    agent: 2,
  },
  {
    name: 'no critic',
    saved: randomPolicy(signals(two), {
      ...{ advantageEstimator: 'group', clipVloss: false, vfCoef: 0 },
    }),
  },
  {
    name: 'trained in half precision',
    saved: randomPolicy(signals(two), { storage: 'f16', refKlCoef: 0.1 }),
  },
];
