/** Loads what plays episodes step by step when it is needed: most pages only train. */
import type { Runtime } from '../gpu/runtime';
import type { EpisodesSetup } from './episodes';
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
