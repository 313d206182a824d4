/**
 * An environment that works until a certain step, where its reward or observation is not finite.
 */

import type { PpoConfig } from '../../src/config/ppo-config';
import { defineEnvironment, type EnvironmentDefinition } from '../../src/environments/definition';
import { Rng, STREAM } from '../../src/kernels/rng';
import { agentSeed } from '../../src/trainer/agent-record';

const SHADER = `import constants::{FIRST, LAST, STRUCK, REWARD_BITS, OBSERVATION_BITS};
import package::distributions::interface::Action;
import package::environments::interface::{Observation, Step};
import package::lib::rng::{Rng, random};

struct State {
  // From 0 to 1, drawn at the reset; the environment breaks if it is at least STRUCK.
  name: f32,
  steps: f32,
}

fn reset(rng: ptr<function, Rng>) -> State {
  return State(random(rng), 0.0);
}

// Not a constant expression, in which a NaN would be an error.
fn broken(state: State, value: f32, bits: u32) -> f32 {
  var changed = value;
  if (bits != 0u && state.name >= f32(STRUCK)
      && state.steps >= f32(FIRST) && state.steps <= f32(LAST)) {
    var runtime_bits = bits;
    changed = bitcast<f32>(runtime_bits);
  }
  return changed;
}

// The reward is 1 for the action that the name determines, so that there is something to learn.
fn step(state: ptr<function, State>, action: Action, rng: ptr<function, Rng>) -> Step {
  (*state).steps += 1.0;
  let right = (action[0] == 1.0) == ((*state).name > 0.5);
  return Step(broken(*state, select(0.0, 1.0, right), u32(REWARD_BITS)), false);
}

fn observe(state: State) -> Observation {
  return Observation(state.name, broken(state, 0.25, u32(OBSERVATION_BITS)));
}
`;

export const BITS = { NaN: 0x7fc00000, Infinity: 0x7f800000, '-Infinity': 0xff800000 } as const;

export interface Breakage {
  /** The quantity that is not finite, and its bits. */
  readonly quantity: 'reward' | 'observation';
  readonly bits: number;
  /** Steps of an episode, from 1, at which it is not finite; default one step. */
  readonly first: number;
  readonly last?: number;
  /** Smallest name of the environments that break; default 0, all. */
  readonly struck?: number;
}

export function brokenWorld(
  breakage: Breakage,
  limit: number | null = null,
): EnvironmentDefinition {
  const { quantity, bits, first, last = first, struck = 0 } = breakage;
  const bitsOf = (name: string): number => (name === quantity ? bits : 0);
  return defineEnvironment({
    id: 'Broken-v0',
    source: 'made up for the tests',
    observation: [
      { name: 'name', low: 0, high: 1 },
      { name: 'quarter', low: 0, high: 1 },
    ],
    action: { type: 'discrete', n: 2 },
    maxEpisodeSteps: limit,
    params: {
      ...{ FIRST: first, LAST: last, STRUCK: struck },
      ...{ REWARD_BITS: bitsOf('reward'), OBSERVATION_BITS: bitsOf('observation') },
    },
    shader: SHADER,
  });
}

/** Names of an agent's environments in their first episodes, [N]. */
export function firstNames(config: PpoConfig, agent: number): number[] {
  const key = [agentSeed(config, agent), 0, STREAM.reset, 0] as const;
  return Array.from({ length: config.numEnvs }, (_, n) => new Rng(key, [0, 0, n]).random());
}
