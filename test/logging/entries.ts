/** Entries of a small run for the tests of loggers. */
import { completeConfig } from '../../src/config/defaults';
import type { EvaluationEntry, RunDescription } from '../../src/logging/logger';
import { MemorySink } from '../../src/logging/sink';
import type { ReturnSummary } from '../../src/trainer/metrics';

export function describedRun(numAgents = 1): RunDescription {
  const config = completeConfig(undefined, { numAgents, numEnvs: 50, numSteps: 20, seed: 3 });
  return { environment: 'CartPole-v1', config, adapter: 'a|b', plan: 'layered', version: '1.2.3' };
}

export function evaluationOf(returns: readonly number[]): EvaluationEntry {
  const perAgent = returns.map(
    (meanReturn): ReturnSummary => ({ meanReturn, stdReturn: 2, endedEpisodes: 10 }),
  );
  const evaluation = { ...perAgent[0]!, episodes: 10, perAgent };
  return { type: 'evaluation', iteration: 2, timesteps: 2000, evaluation };
}

/** A sink whose disk is full after so many bytes. */
export class FullDisk extends MemorySink {
  closed = 0;

  constructor(private readonly room: number) {
    super();
  }

  override async append(bytes: Uint8Array): Promise<void> {
    const left = this.room - this.bytes().length;
    await super.append(bytes.subarray(0, left));
    if (bytes.length > left) throw new Error('no space left');
  }

  override async close(): Promise<void> {
    this.closed += 1;
  }
}

export const textOf = (sink: MemorySink): string => new TextDecoder().decode(sink.bytes());
