/** A twin of an environment as a world on the host. */
import { defineHostEnvironment } from '../../src/environments/define-host';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { HostWorld } from '../../src/environments/host-world';
import type { Environment } from '../reference/environment';
import { Rng, STREAM } from '../reference/rng';

function worldOf<State>(twin: Environment<State>, numEnvs: number): HostWorld {
  const fresh = (seed: number): { state: State; rng: Rng } => {
    const rng = new Rng({ seed, stream: STREAM.reset, domain: 0 }, 0, 0, 0);
    return { state: twin.reset(rng), rng };
  };
  const games = Array.from({ length: numEnvs }, (_, n) => fresh(n));
  const observations = (): number[] => games.flatMap(({ state }) => twin.observe(state));
  return {
    reset(environments, seeds) {
      for (const [index, n] of environments.entries()) games[n] = fresh(seeds[index]!);
      return { observations: observations() };
    },
    step(actions) {
      const size = actions.length / numEnvs;
      const steps = games.map(({ state, rng }, n) =>
        twin.step(state, [...actions.subarray(n * size, (n + 1) * size)], rng),
      );
      for (const [n, { state }] of steps.entries()) games[n]!.state = state;
      return {
        observations: observations(),
        rewards: steps.map(({ reward }) => reward),
        terminated: steps.map(({ terminated }) => terminated),
      };
    },
  };
}

/** The environment with its twin in place of its module. */
export function onHost<State>(
  { id, source, observation, action, maxEpisodeSteps, defaults }: EnvironmentDefinition,
  twin: Environment<State>,
): EnvironmentDefinition {
  return defineHostEnvironment({
    ...{ id: `host/${id}`, source, observation, action, maxEpisodeSteps },
    ...(defaults && { defaults }),
    create: ({ numEnvs }) => worldOf(twin, numEnvs),
  });
}
