/** Environments beside training that the host looks at: allocated, reset, and freed at the end. */
import { Arena } from '../gpu/arena';
import { attempt } from '../gpu/attempt';
import { tryStages } from '../gpu/run-stages';
import type { Runtime } from '../gpu/runtime';
import {
  checkEpisodes,
  type Episodes,
  type EpisodesOptions,
  type EpisodesSetup,
  recordEpisodes,
} from './episodes';
import { type Look, LookReader } from './look';
import { dispatchesToFirstStep } from './patience';
import { Scheduler } from './scheduler';

export type WatchedOptions = Omit<EpisodesOptions, 'traces'> & {
  /** Ends errors about too many episodes. */
  readonly advice: string;
  /** Called before each submission; throws if nothing must be submitted any more. */
  readonly proceed: () => void;
};

export class WatchedEpisodes {
  private constructor(
    private readonly runtime: Runtime,
    readonly episodes: Episodes,
    private readonly scheduler: Scheduler,
    private readonly reader: LookReader,
  ) {}

  /**
   * @throws LimitError for too many episodes, EnvironmentError where the State is not understood.
   */
  static async open(
    { gpu, kernels, matrixUnits }: Omit<Runtime, 'arena'>,
    setup: EpisodesSetup,
    { advice, proceed, ...options }: WatchedOptions,
  ): Promise<WatchedEpisodes> {
    checkEpisodes(gpu, options.episodes, advice);
    const runtime = { gpu, kernels, matrixUnits, arena: new Arena(gpu, advice) };
    let episodes: Episodes | undefined;
    try {
      const record = (): Episodes => recordEpisodes(runtime, setup, { ...options, traces: true });
      episodes = await attempt(gpu, runtime.arena, record);
      const { reset, look, environments, buffer, trace } = episodes;
      const reader = new LookReader(gpu, setup.task, { buffer, trace: trace! });
      await kernels.compiled();
      proceed();
      await tryStages(gpu, reset, setup.patience);
      const { patience, check } = setup;
      const watch = { patience, check, dispatches: dispatchesToFirstStep(look) };
      const scheduler = new Scheduler(gpu, look, environments.episodes, watch);
      return new WatchedEpisodes(runtime, episodes, scheduler, reader);
    } catch (error) {
      await free(runtime, episodes);
      throw error;
    }
  }

  /**
   * Takes the next steps and reads them.
   * @param encodeBefore encodes commands that run before them
   */
  async look(encodeBefore?: (encoder: GPUCommandEncoder) => void): Promise<Look> {
    await this.scheduler.submit(encodeBefore);
    // Requested at once, so that no iteration of training comes in between.
    const look = this.reader.read();
    // The report knows better why a device fails.
    look.catch(() => {});
    await this.scheduler.report();
    return look;
  }

  /** Reads the first step of a look that is under way: its states, and what the policy would do. */
  peek(): Promise<Look> {
    return this.reader.read();
  }

  async close(): Promise<void> {
    this.scheduler.destroy();
    await free(this.runtime, this.episodes);
  }
}

async function free({ kernels, arena }: Runtime, episodes: Episodes | undefined): Promise<void> {
  episodes?.close();
  // Kernels that were requested here for the first time may still be compiling.
  await kernels.settled();
  arena.destroy();
}
