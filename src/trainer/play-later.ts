/** Loads what shows episodes step by step when it is needed: most pages only train. */
import type { Runtime } from '../gpu/runtime';
import type { EpisodesSetup, PolicyOnDevice } from './episodes';
import type { CheckedLive } from './live-options';
import type { LiveStep } from './live-step';
import type { CheckedPlay } from './play-options';
import type { PlayedStep } from './played-step';

/** See `playEpisodes`. */
export async function* playLater(
  runtime: Omit<Runtime, 'arena'>,
  begin: () => EpisodesSetup,
  options: CheckedPlay,
): AsyncGenerator<PlayedStep, void, undefined> {
  const { playEpisodes } = await import('./play-episodes');
  yield* playEpisodes(runtime, begin, options);
}

/** See `liveSteps`. */
export async function* liveLater(
  runtime: Omit<Runtime, 'arena'>,
  begin: () => EpisodesSetup,
  newest: () => PolicyOnDevice,
  options: CheckedLive,
): AsyncGenerator<LiveStep, void, undefined> {
  const { liveSteps } = await import('./live-episodes');
  yield* liveSteps(runtime, begin, newest, options);
}
