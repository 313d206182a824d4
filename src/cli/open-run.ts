/** Opens the folder of a run, and tells the user where it is. */
import { version } from '../../package.json';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import type { EnvironmentDefinition } from '../environments/definition';
import type { AdapterDescription } from '../gpu/adapter';
import type { RunDescription } from '../logging/logger';
import { describePlan, type KernelPlan } from '../network/kernel-plan';
import type { FoundCheckpoint } from '../node/run-folder';
import type { CommandLine } from './flags';
import { type OpenRun, RunKeeper, type Saver } from './run-keeper';
import type { Terminal } from './terminal';
import { UsageError } from './usage-error';

/** What a run folder is opened for. */
export interface RunWish {
  /** Path of the folder; undefined for a new one with the usual name. */
  readonly path: string | undefined;
  readonly seed: number;
  readonly description: RunDescription;
  /** Iterations that are finished, where the folder's own run goes on; undefined for a new run. */
  readonly continuesAt: number | undefined;
  /** Newest checkpoints that are kept. */
  readonly keep: number;
  warn(text: string): void;
}

export interface RunFolderServices {
  /** The words of the command line. */
  readonly argv: readonly string[];
  /**
   * Checks that a new folder can be made, by default one with the usual name.
   * @throws RunFolderError naming the path and the reason.
   */
  checkRunFolder(path: string | undefined): Promise<void>;
  /** @throws RunFolderError naming the path and the reason. */
  openRun(wish: RunWish): Promise<OpenRun & { readonly bestReturn: number }>;
}

/** A run whose trainer is ready. */
export interface KeptRun {
  readonly line: CommandLine;
  readonly environment: EnvironmentDefinition;
  readonly config: PpoConfig;
  readonly adapter: AdapterDescription;
  readonly trainer: Saver & { readonly plan: KernelPlan };
  readonly resumed: FoundCheckpoint | undefined;
}

/**
 * Checks, before anything else is done, that the folder of a run can be written.
 * @throws UsageError if it cannot.
 */
export async function checkRunDir(
  { noSave, resume, runDir }: CommandLine,
  services: RunFolderServices,
): Promise<void> {
  if (noSave || (resume !== undefined && runDir === undefined)) return;
  await services.checkRunFolder(runDir).catch(refuse);
}

/** @throws UsageError for a resumed run that has taken all its steps. */
export function checkUnfinished(
  { resume }: CommandLine,
  config: PpoConfig,
  resumed: FoundCheckpoint | undefined,
): void {
  const finished = resumed?.checkpoint.snapshot.counters.iteration ?? 0;
  const { iterations, batch } = deriveSizes(config);
  if (!resumed || finished < iterations) return;
  throw new UsageError(
    `--resume ${resume}: the run has taken ${finished * batch} of ${config.totalTimesteps} ` +
      'timesteps; it goes on with a higher --total-timesteps',
  );
}

function refuse(error: Error): never {
  throw new UsageError(`${error.message}; --run-dir names another folder, --no-save keeps none`);
}

/**
 * Opens the folder of a run, unless --no-save was given.
 * @throws UsageError if it cannot be written.
 */
export async function openRun(
  { line, environment, config, adapter, trainer, resumed }: KeptRun,
  services: RunFolderServices & { now(): number },
  { stderr }: Terminal,
): Promise<RunKeeper | undefined> {
  if (line.noSave) return undefined;
  const warn = (text: string): void => void stderr.write(`warning: ${text}\n`);
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
  // A run that continues from a file gets a folder of its own: later checkpoints may lie beside it.
  const own = line.runDir === undefined ? resumed?.folder : undefined;
  const run = await services
    .openRun({
      ...{ path: line.runDir ?? own, seed: config.seed, description, keep: line.keep, warn },
      continuesAt: own === undefined ? undefined : iteration,
    })
    .catch(refuse);
  run.log({ type: 'start', run: description, ...begin });
  stderr.write(`run folder: ${run.path}; continue later: lockstep train --resume ${run.path}\n`);
  const { saveInterval: interval } = line;
  const keeper = new RunKeeper({
    ...{ run, trainer, interval, begin, bestReturn: run.bestReturn, warn, now: services.now },
  });
  if (resumed) keeper.note(`continued from ${resumed.path} after iteration ${iteration}`);
  return keeper;
}
