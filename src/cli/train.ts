/** `lockstep train`: from a command line to a trained, evaluated and summarized population. */

import { createHash } from 'node:crypto';
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import type { EnvironmentDefinition } from '../environments/definition';
import { HostWorldError } from '../environments/host-world';
import type { KernelPlan } from '../network/kernel-plan';
import type { Checkpoint } from '../trainer/checkpoint';
import { NonFiniteError } from '../trainer/guard';
import type { Evaluation, IterationReport } from '../trainer/metrics';
import type { GivenPolicies, Policy } from '../trainer/policy';
import type { StopConditions, StopReason } from '../trainer/stop-conditions';
import { EVALUATION_EPISODES } from './commands';
import { noteCompilation } from './compiling';
import { type DeviceServices, type OpenGpu, withGpu } from './device';
import { type EvaluationRequest, type Evaluator, evaluateInParts } from './evaluate';
import { quote } from './flag-values';
import type { CommandLine } from './flags';
import { type InterruptServices, Interrupts } from './interrupts';
import {
  checkResumed,
  findRunPlace,
  type KeptRun,
  openRun,
  type RunFolderServices,
} from './open-run';
import type { Player } from './player';
import { openFiles, type PolicyFiles } from './policy-files';
import { createProgress, createQuietProgress, formatFault, type Progress } from './progress';
import { formatConfig, resolveConfig } from './resolve-config';
import type { RunKeeper, Saver } from './run-keeper';
import { baseOf, findSource, type SourceServices } from './run-source';
import { formatJson, formatSummary, type RunFault, type RunRecord, recordFields } from './summary';
import type { Terminal } from './terminal';

/** The part of a trainer that the command uses. */
export interface Training extends AsyncIterable<IterationReport>, Evaluator, Player, Saver {
  /** Ends the run after the iterations in flight. */
  stop(): void;
  policy(): Promise<Policy>;
  readonly plan: KernelPlan;
  readonly stopReason: StopReason | undefined;
}

/** What the command needs from other rooms, so that a test can replace it. */
export interface TrainServices<G extends OpenGpu>
  extends DeviceServices<G>,
    InterruptServices,
    SourceServices,
    RunFolderServices {
  readonly policyFiles: PolicyFiles;
  createTrainer(
    options: {
      readonly gpu: G;
      readonly environment: EnvironmentDefinition;
      readonly config: PpoConfig;
      /** The run that goes on. */
      readonly checkpoint?: Checkpoint | undefined;
      readonly stop?: StopConditions;
      /** Whether to choose the kernel plan by measurement. */
      readonly tune: boolean;
      /** Tells the user which kernel plan runs, and why. */
      note(text: string): void;
    } & GivenPolicies,
  ): Promise<Training>;
}

/** @returns the exit code. */
export async function train<G extends OpenGpu>(
  line: CommandLine,
  services: TrainServices<G>,
  terminal: Terminal,
): Promise<number> {
  const source = await findSource(line, services);
  const { environment, resumed } = source;
  const config = resolveConfig(line, baseOf(source), services.readText);
  if (line.printConfig) {
    terminal.stdout.write(`${formatConfig(config)}\n`);
    return 0;
  }
  const of = { environment, config };
  checkResumed(line, of, resumed);
  const named = { id: environment.id, seed: config.seed };
  const place = await findRunPlace(line, named, resumed, services);
  const { stderr } = terminal;
  const tell = (text: string): void => void stderr.write(`${text}\n`);
  const announce = (gpu: G): void => tell(formatStart(environment, config, gpu));
  const { given, warnings: fileWarnings } = await openFiles(line, of, services.policyFiles);
  return withGpu(services, line, { stderr, announce }, async (gpu) => {
    const missing =
      line.matrixUnits && !gpu.matrixUnits ? [`--matrix-units: ${gpu.adapter.name} has none`] : [];
    for (const warning of [...missing, ...fileWarnings, ...(resumed?.problems ?? [])]) {
      tell(`warning: ${warning}`);
    }
    const notes: string[] = [];
    const note = (text: string): void => {
      notes.push(text);
      tell(text);
    };
    const progress = line.quiet
      ? createQuietProgress(stderr)
      : createProgress(stderr, services.now);
    const compiled = line.quiet ? () => {} : noteCompilation(tell, services.now);
    try {
      const kernels = { tune: line.tune, note };
      const trainer = await services.createTrainer({
        ...{ gpu, environment, config, checkpoint: resumed?.checkpoint },
        stop: stopConditions(line),
        ...{ ...kernels, ...given },
      });
      const run = {
        ...{ line, environment, config, adapter: gpu.adapter, trainer, resumed, place, compiled },
        progress,
      };
      const keeper = await openRun(run, services, terminal);
      for (const text of notes) keeper?.note(text);
      return await runTraining({ ...run, keeper }, services, terminal);
    } finally {
      compiled();
    }
  });
}

function stopConditions(line: CommandLine): StopConditions {
  const { stopAtReturn: atReturn, timeLimit: afterSeconds } = line;
  return { atReturn, afterSeconds, afterIterations: line.stopAfterIterations };
}

interface Run extends KeptRun {
  readonly trainer: Training;
  readonly progress: Progress;
  readonly keeper: RunKeeper | undefined;
  /** To be called when compilation has finished. */
  compiled(): void;
}

/** The outcome of training. */
interface Outcome {
  readonly last: IterationReport | undefined;
  /** The fault that ended training early. */
  readonly fault: NonFiniteError | undefined;
  /** What a world on the host has done that ended training early. */
  readonly worldError: HostWorldError | undefined;
}

/**
 * Trains, saves, evaluates, prints. A signal or a non-finite number ends training early, and a
 * failure in one step does not stop the next.
 * @throws Error with all failures, at the end.
 */
async function runTraining<G extends OpenGpu>(
  run: Run,
  services: TrainServices<G>,
  terminal: Terminal,
): Promise<number> {
  const { line, trainer, progress, keeper } = run;
  const note = (text: string): void => progress.note(text);
  const interrupts = new Interrupts(services, note, () => trainer.stop());
  const failures: Error[] = [];
  const attempt = <T>(action: Promise<T>): Promise<T | undefined> =>
    action.catch((error: Error) => void failures.push(error));
  try {
    const outcome = await runIterations(run);
    if (outcome.fault) failures.push(outcome.fault);
    await keeper?.finish(outcome.last);
    if (keeper?.problem) failures.push(keeper.problem);
    // Its message says what to mend; an evaluation would meet the same.
    if (outcome.worldError) throw outcome.worldError;
    const policy = await trainer.policy();
    await attempt(save(run, policy, services.policyFiles));
    const request = evaluationRequest(run, () => interrupts.happened);
    const evaluation = (await attempt(evaluateInParts(trainer, request))) ?? null;
    if (evaluation) keeper?.evaluated(evaluation);
    const record = makeRecord(run, outcome, evaluation, hashParameters(policy.parameters));
    writeResult(record, line.json, terminal);
    await attempt(endRun(run, record));
    for (const hint of closingHints(run, outcome)) terminal.stderr.write(`${hint}\n`);
  } catch (error) {
    // The device or a world has failed; what was logged and the checkpoints so far remain.
    const all = joined([...failures, error as Error]);
    await keeper?.fail(all);
    throw all;
  } finally {
    interrupts.ignore();
  }
  if (failures.length > 0) throw joined(failures);
  return interrupts.code;
}

async function endRun({ keeper }: Run, record: RunRecord): Promise<void> {
  const { fault, iterations } = record;
  const whole = iterations >= record.plannedIterations;
  await keeper?.end(recordFields(record), fault ? 'failed' : whole ? 'finished' : 'stopped');
}

/** How the run can go on, or be looked into. */
function closingHints({ keeper, trainer }: Run, { last, fault }: Outcome): string[] {
  if (!keeper) return [];
  const { path } = keeper;
  if (fault && keeper.faultFile) {
    const command = `lockstep replay ${quote(keeper.faultFile)}`;
    return [`to replay the first iteration with this fault: ${command}`];
  }
  const resume = `lockstep train --resume ${quote(path)}`;
  if (last !== undefined && last.iteration >= last.iterations) {
    return [`train further: ${resume} --total-timesteps ${2 * last.timesteps}`];
  }
  const why = trainer.stopReason && `stopped by ${STOP_FLAGS[trainer.stopReason]}; `;
  return [`${why ?? ''}continue this run: ${resume}`];
}

const STOP_FLAGS: Readonly<Record<StopReason, string>> = {
  atReturn: '--stop-at-return',
  afterSeconds: '--time-limit',
  afterIterations: '--stop-after-iterations',
};

function joined(failures: readonly Error[]): Error {
  if (failures.length === 1) return failures[0]!;
  return new Error(failures.map(({ message }) => message).join('\n'), { cause: failures });
}

function evaluationRequest(
  { line, environment, config, progress }: Run,
  interrupted: () => boolean,
): EvaluationRequest {
  return {
    episodes: line.episodes ?? EVALUATION_EPISODES,
    numAgents: config.numAgents,
    observationSize: environment.observation.length,
    note: (text) => progress.note(text),
    interrupted,
  };
}

/** Returns the last report and the fault that ended training; notes the first fault. */
async function runIterations({ trainer, progress, keeper, compiled }: Run): Promise<Outcome> {
  let last: IterationReport | undefined;
  let noted = false;
  try {
    for await (const report of trainer) {
      compiled();
      last = report;
      progress.report(report);
      await keeper?.report(report);
      const fault = noted ? undefined : formatFault(report);
      if (fault === undefined) continue;
      progress.note(`warning: ${fault}`);
      noted = true;
    }
  } catch (error) {
    if (error instanceof HostWorldError) return { last, fault: undefined, worldError: error };
    if (!(error instanceof NonFiniteError)) throw error;
    return { last, fault: error, worldError: undefined };
  } finally {
    progress.end();
  }
  return { last, fault: undefined, worldError: undefined };
}

async function save(
  { line, environment, config, progress }: Run,
  policy: Policy,
  files: PolicyFiles,
): Promise<void> {
  if (line.save === undefined) return;
  try {
    await files.write(line.save, { environment, config, policy });
  } catch (error) {
    throw new Error(`--save ${(error as Error).message}`, { cause: error });
  }
  progress.note(`policy saved to ${line.save}`);
}

function makeRecord(
  { environment, config, adapter, keeper, resumed }: Run,
  { last, fault }: Outcome,
  evaluation: Evaluation | null,
  parametersSha256: string,
): RunRecord {
  // A run that is ended before its first report is where it began.
  const begin = resumed?.checkpoint.snapshot.counters;
  const iterations = last?.iteration ?? begin?.iteration ?? 0;
  const timesteps = last?.timesteps ?? iterations * deriveSizes(config).batch;
  const seconds = last?.seconds ?? begin?.seconds ?? 0;
  return {
    environment: environment.id,
    seed: config.seed,
    numAgents: config.numAgents,
    timesteps,
    iterations,
    plannedIterations: deriveSizes(config).iterations,
    seconds,
    stepsPerSecond: seconds > 0 ? (timesteps * config.numAgents) / seconds : 0,
    adapter: adapter.name,
    parametersSha256,
    evaluation,
    fault: fault ? runFault(fault) : null,
    run: keeper?.path ?? null,
  };
}

function runFault({ iteration, agent, quantity, skipped }: NonFiniteError): RunFault {
  return { iteration, agent, quantity, skipped };
}

/** With --json, standard output holds only that line. */
function writeResult(record: RunRecord, json: boolean, { stdout, stderr }: Terminal): void {
  (json ? stderr : stdout).write(`${formatSummary(record)}\n`);
  if (json) stdout.write(`${formatJson(record)}\n`);
}

function formatStart(
  environment: EnvironmentDefinition,
  { seed, numAgents, numEnvs, numSteps }: PpoConfig,
  { adapter, unsafeFast }: OpenGpu,
): string {
  const agents = numAgents > 1 ? `${numAgents} agents` : '1 agent';
  return (
    `${environment.id} on ${adapter.name}${adapter.hardware ? '' : ' (software)'}: ` +
    `${agents}, ${numEnvs} environments, ${numSteps} steps per rollout, seed ${seed}` +
    (unsafeFast ? '; --unsafe-fast: without validation and bounds checks' : '')
  );
}

function hashParameters(parameters: Float32Array): string {
  const { buffer, byteOffset, byteLength } = parameters;
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}
