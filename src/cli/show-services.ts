/** What the commands that show episodes need from other rooms and from the process. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { SavedPolicy } from '../trainer/saved-policy';
import type { OpenGpu } from './device';
import type { CommandLine } from './flags';
import type { Player } from './player';
import { ENDING_SIGNALS, type EndingSignal } from './signals';
import type { InterruptServices, TrainServices } from './train';
import { UsageError } from './usage-error';

export interface ShowServices<G extends OpenGpu> extends TrainServices<G> {
  /** The policies in a checkpoint, a policy file, or the folder of a run. */
  readSaved(path: string): Promise<SavedPolicy>;
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>;
}

/** Steps per second of environments that do not say how fast they are. */
export const USUAL_RATE = 30;

/** Steps per second at which episodes are shown. */
export function rateOf({ fps }: CommandLine, { stepsPerSecond }: EnvironmentDefinition): number {
  return fps ?? stepsPerSecond ?? USUAL_RATE;
}

/**
 * The policies of the file that the command line names.
 * @throws UsageError for a file that cannot be used, or without the agent of --agent.
 */
export async function openSaved<G extends OpenGpu>(
  { operands: [path], agent }: CommandLine,
  services: ShowServices<G>,
): Promise<SavedPolicy> {
  const saved = await refused(services.readSaved(path!));
  const { numAgents } = saved.config;
  if (agent >= numAgents) {
    const range = numAgents === 1 ? 'one agent, 0' : `${numAgents} agents, 0 to ${numAgents - 1}`;
    throw new UsageError(`--agent ${agent}: ${path} has ${range}`);
  }
  return saved;
}

/** Awaits something whose failure the user can fix. */
export async function refused<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** Plays with the policy of a file on a device. */
export async function createPlayer<G extends OpenGpu>(
  gpu: G,
  { environment, config, policy }: SavedPolicy,
  services: ShowServices<G>,
): Promise<Player> {
  const note = (): void => {};
  return services.createTrainer({ gpu, environment, config, policy, tune: false, note });
}

/** Notices the first signal; the second one ends the process. */
export class Interrupts {
  private first: EndingSignal | undefined;
  private readonly ignoreSignals: () => void;

  /** @param react called at the first signal */
  constructor(services: InterruptServices, react: () => void) {
    this.ignoreSignals = services.onInterrupt((signal) => {
      if (this.first) return services.exit(ENDING_SIGNALS[signal]);
      this.first = signal;
      react();
    });
  }

  get happened(): boolean {
    return this.first !== undefined;
  }

  /** The exit code of a command that a signal has ended, else 0. */
  get code(): number {
    return this.first ? ENDING_SIGNALS[this.first] : 0;
  }

  ignore(): void {
    this.ignoreSignals();
  }
}
