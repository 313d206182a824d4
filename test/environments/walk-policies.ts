/**
 * What acts on long walks, so that they come further than random ones: scripted policies, now and
 * then at random, and without one a look at the next step.
 */
import type { ActionSpace } from '../../src/action-space';
import { distributionFor } from '../../src/distributions/distribution';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { AcrobotState } from '../reference/acrobot';
import type { CartPoleState } from '../reference/cartpole';
import type { Environment } from '../reference/environment';
import type { Vector } from '../reference/linear';
import type { MountainCarState } from '../reference/mountain-car';
import type { PendulumState } from '../reference/pendulum';
import { type Rng, STREAM } from '../reference/rng';
import { SCRIPTED } from '../reference/scripted/policies';
import type { ScriptedPolicy } from '../reference/scripted/policy';
import { pilot, throttle } from './lander-pilot';
import { randomField } from './random-walk';
import { placedRng, type SeededTwin, type StepPlace } from './twin-walk';

/** The action of environment n in a state of its twin, [A]; maybe beyond the bounds of a box. */
export type Chooser = (state: unknown, place: StepPlace) => Vector;

type WalkPolicy = (state: never, rng: Rng, twin: Environment<unknown>) => Vector;

/** Of the actions. */
const RANDOM_SHARE = 0.05;
/** One environment in so many acts otherwise than the others. */
const OTHERS = 5;

/** Policies of the worlds whose documentation states no score of a scripted one. */
const POLICIES: Readonly<Record<string, WalkPolicy>> = {
  // Under the pole, wherever the cart rolls.
  'CartPole-v1': ({ theta, thetaDot }: CartPoleState) => [Number(theta + thetaDot > 0)],
  // Every push adds energy.
  'Acrobot-v1': ({ thetaDot2 }: AcrobotState) => [1 + Math.sign(thetaDot2)],
  'MountainCar-v0': ({ xDot }: MountainCarState) => [xDot < 0 ? 0 : 2],
  'MountainCarContinuous-v0': ({ xDot }: MountainCarState, rng) => [
    (xDot < 0 ? -1 : 1) * (0.5 + rng.random()),
  ],
  'Pendulum-v1': ({ thetaDot }: PendulumState, rng) => [(thetaDot < 0 ? -3 : 3) * rng.random()],
  'LunarLander-v3': (state, _, twin) => [pilot(twin.observe(state))],
  'LunarLanderContinuous-v3': (state, _, twin) => throttle(pilot(twin.observe(state))),
};

function randomAction(space: ActionSpace, rng: Rng): Vector {
  const { actionSize } = distributionFor(space);
  return Array.from({ length: actionSize }, (_, field) => randomField(space, field, rng.random()));
}

function policyOf(id: string): WalkPolicy | undefined {
  const scripted = SCRIPTED[id] as ScriptedPolicy<never> | undefined;
  return scripted ? (state, rng) => [scripted(state, rng)] : POLICIES[id];
}

/** A policy, now and then a random action; one environment in a few acts at random only. */
function policyChooser(
  policy: WalkPolicy,
  { twin, seed }: SeededTwin,
  space: ActionSpace,
): Chooser {
  return (state, place) => {
    const rng = placedRng(seed, STREAM.act, place);
    const isRandom = rng.random() < RANDOM_SHARE || place.n % OTHERS === 0;
    return isRandom ? randomAction(space, rng) : policy(state as never, rng, twin);
  };
}

/** A random choice; one environment in a few takes the next one where it ends the episode. */
function carefulChooser({ twin, seed }: SeededTwin, choices: number): Chooser {
  return (state, place) => {
    const first = Math.floor(placedRng(seed, STREAM.act, place).random() * choices);
    if (place.n % OTHERS !== 0) return [first];
    const all = Array.from({ length: choices }, (_, k) => (first + k) % choices);
    const goesOn = (choice: number): boolean =>
      !twin.step(state, [choice], placedRng(seed, STREAM.step, place)).terminated;
    return [all.find(goesOn) ?? first];
  };
}

/** How the walk of an environment goes. */
export function chooserFor(
  { id, action }: Pick<EnvironmentDefinition, 'id' | 'action'>,
  seeded: SeededTwin,
): Chooser {
  const policy = policyOf(id);
  if (policy) return policyChooser(policy, seeded, action);
  return carefulChooser(seeded, action.type === 'discrete' ? action.n : 0);
}
