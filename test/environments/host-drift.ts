/** The environment of drift.ts in JavaScript, number for number. */
import {
  defineHostEnvironment,
  type HostEnvironmentDefinition,
} from '../../src/environments/define-host';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { HostWorld, HostWorldOptions } from '../../src/environments/host-world';

/** What `random` of a module draws first from the same seed. */
const first = (seed: number): number => (seed >>> 8) / 2 ** 24;

/** A batch of particles that drift until they leave the strip, at 3 or at -3. */
export function driftWorld({ numEnvs }: HostWorldOptions): Required<Omit<HostWorld, 'close'>> {
  let places = new Float32Array(numEnvs);
  const rewards = new Float32Array(numEnvs).fill(1);
  const masks = (): boolean[] => [...places].flatMap((place) => [place > -1, place < 1]);
  return {
    reset(environments, seeds) {
      for (const [index, n] of environments.entries()) places[n] = first(seeds[index]!);
      return { observations: places, masks: masks() };
    },
    step(actions) {
      for (const [n, action] of actions.entries()) places[n]! += action - 0.5;
      const terminated = [...places].map((place) => Math.abs(place) > 3);
      return { observations: places, rewards, terminated, masks: masks() };
    },
    save: () => [...places],
    restore(saved) {
      places = Float32Array.from(saved as number[]);
    },
  };
}

/** The description around a world. */
export function hostDrift(
  create: HostEnvironmentDefinition['create'] = driftWorld,
  changes: Partial<HostEnvironmentDefinition> = {},
): EnvironmentDefinition {
  return defineHostEnvironment({
    id: 'HostDrift-v0',
    source: 'made up for the tests',
    observation: [{ name: 'place', low: -4, high: 4 }],
    action: { type: 'discrete', n: 2 },
    maxEpisodeSteps: 20,
    create,
    ...changes,
  });
}
