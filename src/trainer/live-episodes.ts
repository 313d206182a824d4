/** Environments that live beside training, in which the newest policy acts without end. */
import type { Runtime } from '../gpu/runtime';
import type { EpisodesSetup, PolicyOnDevice } from './episodes';
import type { CheckedLive } from './live-options';
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
  { environments, greedy, agent, signal }: CheckedLive,
): AsyncGenerator<LiveStep, void, undefined> {
  const setup = begin();
  const proceed = (): void => {
    setup.check();
    signal?.throwIfAborted();
  };
  proceed();
  const chosen = { episodes: environments, greedy, agent, endless: true, stepsPerLook: STEPS };
  const options = { ...chosen, advice: ADVICE, proceed };
  const watched = await WatchedEpisodes.open(runtime, setup, options);
  const renew = (encoder: GPUCommandEncoder): void =>
    watched.episodes.copyPolicy(encoder, newest());
  const next = async (): Promise<Look> => {
    proceed();
    return watched.look(setup.given ? undefined : renew);
  };
  let pending = next();
  try {
    for (;;) {
      const look = await pending;
      pending = next();
      // Whoever asks for the next step gets the error.
      pending.catch(() => {});
      for (let step = 0; step < STEPS; step++) {
        proceed();
        yield liveStep(look, step, environments);
      }
    }
  } finally {
    await pending.catch(() => {});
    await watched.close();
  }
}
