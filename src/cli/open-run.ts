/** Opens the folder of a run, and tells the user where it is. */
import { resolve } from 'node:path';
import { version } from '../../package.json';
import { checkResumedChanges } from '../config/changes';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import type { EnvironmentDefinition } from '../environments/definition';
import type { AdapterDescription } from '../gpu/adapter';
import type { RunDescription } from '../logging/logger';
import { describePlan, type KernelPlan } from '../network/kernel-plan';
import type { FoundCheckpoint } from '../node/find-checkpoint';
import type { IfTaken } from '../node/run-folder';
import { checkSameEnvironment } from '../trainer/saved-file';
import { quote } from './flag-values';
import type { CommandLine } from './flags';
import type { Progress } from './progress';
import { type OpenRun, RunKeeper, type Saver } from './run-keeper';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

/** Where a run is kept. */
export interface RunPlace {
  readonly path: string;
  /** 'continue' for the folder of the run that goes on. */
  readonly ifTaken: IfTaken | 'continue';
}

/** What a run folder is opened for. */
export interface RunRequest {
  readonly place: RunPlace;
  readonly description: RunDescription;
  /** Iterations that are finished. */
  readonly iteration: number;
  /** Newest checkpoints that are kept. */
  readonly keep: number;
  warn(text: string): void;
}

export interface RunFolderServices {
  /** The words of the command line. */
  readonly argv: readonly string[];
  /** Path of the folder of a run that is named after its environment, the time and its seed. */
  usualRunFolder(environment: string, seed: number): Promise<string>;
  /**
   * Checks that a new folder can be made.
   * @throws RunFolderError naming the path and the reason.
   */
  checkRunFolder(path: string, ifTaken: IfTaken): Promise<void>;
  /** @throws RunFolderError naming the path and the reason. */
  openRun(request: RunRequest): Promise<OpenRun & { readonly bestReturn: number }>;
}

/** A run whose trainer is ready. */
export interface KeptRun {
  readonly line: CommandLine;
  readonly environment: EnvironmentDefinition;
  readonly config: PpoConfig;
  readonly adapter: AdapterDescription;
  readonly trainer: Saver & { readonly plan: KernelPlan };
  readonly progress: Progress;
  readonly resumed: FoundCheckpoint | undefined;
  /** Of `findRunPlace`. */
  readonly place: RunPlace | undefined;
}

/**
 * Where the run is kept; undefined with --no-save. That a new folder can be made is checked before
 * anything else is done.
 * @throws UsageError if it cannot.
 */
export async function findRunPlace(
  { noSave, resume, runDir }: CommandLine,
  { id, seed }: { readonly id: string; readonly seed: number },
  resumed: FoundCheckpoint | undefined,
  services: RunFolderServices,
): Promise<RunPlace | undefined> {
  if (noSave) return undefined;
  // A run that continues from a file gets a folder of its own: later checkpoints may lie beside it.
  if (resumed?.folder !== undefined && runDir === undefined) {
    return { path: resumed.folder, ifTaken: 'continue' };
  }
  if (resume !== undefined && runDir !== undefined && resolve(resume) === resolve(runDir)) {
    throw new UsageError(
      `--run-dir ${quote(runDir)}: leave it out to go on in the folder of --resume`,
    );
  }
  const path = runDir ?? (await services.usualRunFolder(id, seed));
  const ifTaken = runDir === undefined ? 'number' : 'refuse';
  await services.checkRunFolder(path, ifTaken).catch(refuse);
  return { path, ifTaken };
}

/**
 * Checks that a resumed run can go on.
 * @throws UsageError for a run that has reached its end; ConfigError for another environment, or
 * fields that must stay as they are.
 */
export function checkResumed(
  { resume, stopAfterIterations: stop }: CommandLine,
  { environment, config }: Pick<KeptRun, 'environment' | 'config'>,
  resumed: FoundCheckpoint | undefined,
): void {
  if (!resumed) return;
  const { snapshot, environment: before } = resumed.checkpoint;
  checkSameEnvironment(environment, before);
  checkResumedChanges(snapshot.config, config);
  const finished = snapshot.counters.iteration;
  const { iterations, batch } = deriveSizes(config);
  if (finished >= iterations) {
    throw new UsageError(
      `--resume ${resume}: the run has taken ${finished * batch} of ${config.totalTimesteps} ` +
        'timesteps; to continue, raise --total-timesteps',
    );
  }
  if (stop !== undefined && stop <= finished) {
    throw new UsageError(
      `--stop-after-iterations ${stop}: the run has finished ${finished} iterations; the number ` +
        'must be higher',
    );
  }
}

function refuse(error: Error): never {
  const advice = '--run-dir names another folder, --no-save keeps none';
  throw new UsageError(`${error.message}; ${advice}`, { cause: error });
}

/**
 * Opens the folder of a run, unless --no-save was given.
 * @throws UsageError if it cannot be written.
 */
export async function openRun(
  { line, environment, config, adapter, trainer, progress, resumed, place }: KeptRun,
  services: RunFolderServices & { now(): number },
  { stderr }: Terminal,
): Promise<RunKeeper | undefined> {
  if (!place) return undefined;
  // The progress line may be on the screen.
  const warn = (text: string): void => progress.note(`warning: ${text}`);
  const iteration = resumed?.checkpoint.snapshot.counters.iteration ?? 0;
  const begin = { iteration, timesteps: iteration * deriveSizes(config).batch };
  const description: RunDescription = {
    environment: environment.id,
    config,
    adapter: adapter.name,
    plan: describePlan(trainer.plan),
    version,
    command: services.argv,
  };
  const request = { place, description, iteration, keep: line.keep, warn };
  const run = await services.openRun(request).catch(refuse);
  run.log({ type: 'start', run: description, ...begin });
  const resume = `lockstep train --resume ${quote(run.path)}`;
  stderr.write(`run folder: ${run.path}; continue later: ${resume}\n`);
  const { saveInterval: interval } = line;
  const keeper = new RunKeeper({
    ...{ run, trainer, interval, begin, bestReturn: run.bestReturn, warn, now: services.now },
  });
  if (resumed) keeper.note(`continued from ${resumed.path} after iteration ${iteration}`);
  return keeper;
}
