/** Environments that live beside training, in which the newest policy acts without end. */
import type { Runtime } from '../gpu/runtime';
import type { EpisodesSetup, PolicyOnDevice } from './episodes';
import type { CheckedLive, Steer } from './live-options';
import { type LiveStep, liveStep } from './live-step';
import type { Look } from './look';
import { WatchedEpisodes } from './watched-episodes';

const ADVICE = 'show fewer environments (environments)';
/** Steps that are read at a time, with the same policy. */
const STEPS = 10;

/**
 * Yields steps without end. The device takes the next few while those before are shown.
 * @param begin called when the first step is asked for; returns what the environments begin with
 * @param newest the policies of the last report, which act where none are given
 * @throws LimitError for too many environments, EnvironmentError where the State is not understood,
 * the signal's reason.
 */
export async function* liveSteps(
  runtime: Omit<Runtime, 'arena'>,
  begin: () => EpisodesSetup,
  newest: () => PolicyOnDevice,
  { environments, greedy, agent, steer, signal }: CheckedLive,
): AsyncGenerator<LiveStep, void, undefined> {
  const setup = begin();
  const proceed = (): void => {
    setup.check();
    signal?.throwIfAborted();
  };
  proceed();
  // Steps that are steered are taken when they are asked for, with the action of that moment.
  const stepsPerLook = steer ? 1 : STEPS;
  const steering = steer && (async () => steered(await watched.peek(), environments, steer));
  const chosen = { episodes: environments, greedy, agent, steering, endless: true, stepsPerLook };
  const options = { ...chosen, advice: ADVICE, proceed };
  const watched: WatchedEpisodes = await WatchedEpisodes.open(runtime, setup, options);
  const renew = (encoder: GPUCommandEncoder): void =>
    watched.episodes.copyPolicy(encoder, newest());
  const next = async (): Promise<Look> => {
    proceed();
    return watched.look(setup.given ? undefined : renew);
  };
  let ahead: Promise<Look> | undefined;
  try {
    for (;;) {
      const look = await (ahead ?? next());
      if (!steer) ahead = next();
      // Whoever asks for the next step gets the error.
      ahead?.catch(() => {});
      for (let step = 0; step < stepsPerLook; step++) {
        proceed();
        yield liveStep(look, step, environments);
      }
    }
  } finally {
    await ahead?.catch(() => {});
    await watched.close();
  }
}

/** The actions that somebody else chooses in the states of a look. */
function steered(look: Look, environments: number, steer: Steer) {
  const choices = Array.from({ length: environments }, async (_, environment) => {
    const { state, params, observation, mask, action } = look.shown(environment, 0);
    return steer({ environment, state, params, observation, mask, action });
  });
  return Promise.all(choices);
}
