/** Plays episodes with the current policy on the device and hands out their steps one by one. */
import type { Runtime } from '../gpu/runtime';
import { type EpisodesSetup, STEPS_PER_LOOK } from './episodes';
import type { Look } from './look';
import type { CheckedPlay } from './play-options';
import type { PlayedStep } from './played-step';
import { WatchedEpisodes } from './watched-episodes';

const ADVICE = 'play fewer episodes at once (episodes)';

/** The looks at all episodes, which are played together; each is read once. */
class Looks {
  private readonly looks: (Look | undefined)[] = [];

  constructor(
    private readonly watched: WatchedEpisodes,
    private readonly proceed: () => void,
  ) {}

  /** @param isLast whether nothing before it is asked for again */
  async at(index: number, isLast: boolean): Promise<Look> {
    while (this.looks.length <= index) {
      this.proceed();
      this.looks.push(await this.watched.look());
    }
    if (isLast && index > 0) this.looks[index - 1] = undefined;
    return this.looks[index]!;
  }
}

/**
 * Yields the steps of fresh episodes, one episode after the other.
 * @param begin called when the first step is asked for; returns what the episodes are played with
 * @throws LimitError for too many episodes, EnvironmentError where the State is not understood, the
 * signal's reason.
 */
export async function* playEpisodes(
  runtime: Omit<Runtime, 'arena'>,
  begin: () => EpisodesSetup,
  options: CheckedPlay,
): AsyncGenerator<PlayedStep, void, undefined> {
  const setup = begin();
  const proceed = (): void => {
    setup.check();
    options.signal?.throwIfAborted();
  };
  proceed();
  const { episodes, greedy, agent } = options;
  const chosen = { episodes, greedy, agent, advice: ADVICE, proceed };
  const watched = await WatchedEpisodes.open(runtime, setup, chosen);
  try {
    const looks = new Looks(watched, proceed);
    for (let episode = 0; episode < episodes; episode++) {
      yield* stepsOf(episode, looks, options, proceed);
    }
  } finally {
    await watched.close();
  }
}

async function* stepsOf(
  episode: number,
  looks: Looks,
  { episodes, maxSteps }: CheckedPlay,
  proceed: () => void,
): AsyncGenerator<PlayedStep, void, undefined> {
  for (let step = 0; step < maxSteps; step++) {
    proceed();
    const look = await looks.at(Math.floor(step / STEPS_PER_LOOK), episode === episodes - 1);
    const happening = look.happening(episode, step % STEPS_PER_LOOK);
    yield { episode, step, ...happening };
    if (happening.terminated || happening.truncated) return;
  }
}
