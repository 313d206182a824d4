/** The long walk of an environment: 65 of them take 4,096 steps on the device and by their twin. */
import { expect } from 'vitest';
import { findEnvironment } from '../../src/environments/index';
import { TWINS } from '../reference/environments';
import { DEVICE_STATES } from './device-states';
import { DeviceWalk } from './device-walk';
import { closeTraced, openTraced, playTraced } from './traced-walk';

const ENVS = 65;
const STEPS = 4096;
/** Steps of a rollout; of a slow twin, which keeps an action for a rollout. */
const ROLLOUT = 128;
const SLOW_ROLLOUT = 8;
const SEED = 11;
/** Differences that are named. */
const NAMED = 5;

/** Walks, and expects the device's steps to be those of the twin as far as DEVICE_STATES says. */
export async function expectLongWalk(id: string): Promise<void> {
  const environment = findEnvironment(id);
  const device = DEVICE_STATES[id]!;
  const sizes = { envs: ENVS, steps: device.slow ? SLOW_ROLLOUT : ROLLOUT, seed: SEED };
  const world = await openTraced(environment, sizes);
  const walk = new DeviceWalk(environment, TWINS[id]!, device, sizes);
  for (let iteration = 0; iteration < STEPS / sizes.steps; iteration++) {
    const actions = walk.plan(iteration);
    // [T · A][N]
    const rows = actions.flatMap((row) => row[0]!.map((_, a) => row.map((action) => action[a]!)));
    walk.compare(iteration, actions, await playTraced(world, iteration, rows));
  }
  closeTraced(world);
  for (const { tolerances, share } of device.exceptions ?? [{ tolerances: 1, share: 0 }]) {
    const others = walk.beyond(tolerances);
    const most = share * ENVS * STEPS;
    expect(others.length > most ? others.slice(0, NAMED) : [], `${others.length}`).toEqual([]);
  }
  const [, terminated, truncated] = walk.endings as [number, number, number];
  // The walk means something only where games are played. A game that always lasts for more than
  // half of the walk, as Freeway does, ends once.
  const endsOnce = 2 * (environment.maxEpisodeSteps ?? 0) > STEPS;
  expect(terminated + truncated).toBeGreaterThan(endsOnce ? ENVS - 1 : ENVS);
  if (!device.endless) expect(terminated).toBeGreaterThan(endsOnce ? ENVS - 1 : ENVS);
  if (!device.oneReward) expect(walk.rewards.size).toBeGreaterThan(1);
}
