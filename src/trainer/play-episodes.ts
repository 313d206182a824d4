/** Plays episodes with the current policy on the device and hands out their steps one by one. */
import { Arena } from '../gpu/arena';
import { attempt } from '../gpu/attempt';
import { tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import {
  checkEpisodes,
  type Episodes,
  type EpisodesSetup,
  recordEpisodes,
  STEPS_PER_LOOK,
} from './episodes';
import { type Look, LookReader } from './look';
import { dispatchesToFirstStep } from './patience';
import type { CheckedPlay } from './play-options';
import type { PlayedStep } from './played-step';
import { Scheduler } from './scheduler';

const ADVICE = 'play fewer episodes at once (episodes)';

/** The looks at all episodes, which are played together; each is read once. */
class Looks {
  private readonly looks: (Look | undefined)[] = [];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly reader: LookReader,
    private readonly proceed: () => void,
  ) {}

  /** @param isLast whether nothing before it is asked for again */
  async at(index: number, isLast: boolean): Promise<Look> {
    while (this.looks.length <= index) {
      this.proceed();
      await this.scheduler.submit();
      await this.scheduler.report();
      this.looks.push(await this.reader.read());
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
  { gpu, kernels, matrixUnits }: Omit<Runtime, 'arena'>,
  begin: () => EpisodesSetup,
  options: CheckedPlay,
): AsyncGenerator<PlayedStep, void, undefined> {
  const setup = begin();
  const proceed = (): void => {
    setup.check();
    options.signal?.throwIfAborted();
  };
  proceed();
  checkEpisodes(gpu, options.episodes, ADVICE);
  const runtime = { gpu, kernels, matrixUnits, arena: new Arena(gpu, ADVICE) };
  let scheduler: Scheduler | undefined;
  let episodes: Episodes | undefined;
  try {
    const record = (): Episodes => recordEpisodes(runtime, setup, { ...options, traces: true });
    episodes = await attempt(gpu, runtime.arena, record);
    const { reset, look, environments, buffer, trace } = episodes;
    const reader = new LookReader(gpu, setup.task, { buffer, trace: trace! });
    await kernels.compiled();
    proceed();
    await tryStages(gpu, reset, setup.patience);
    const watch = { patience: setup.patience, dispatches: dispatchesToFirstStep(look) };
    scheduler = new Scheduler(gpu, look, environments.episodes, watch);
    const looks = new Looks(scheduler, reader, proceed);
    for (let episode = 0; episode < options.episodes; episode++) {
      yield* stepsOf(episode, looks, options, proceed);
    }
  } finally {
    scheduler?.destroy();
    episodes?.close();
    // Kernels that were requested here for the first time may still be compiling.
    await kernels.settled();
    runtime.arena.destroy();
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
