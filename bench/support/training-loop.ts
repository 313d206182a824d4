/** A trainer that runs in blocks: whole iterations, timed until the device is idle. */
import type { Gpu } from '../../src/gpu/device';
import type { IterationReport } from '../../src/trainer/metrics';
import type { Trainer } from '../../src/trainer/trainer';
import type { Block } from './contestant';

export interface TrainingBlock extends Block {
  readonly iterations: number;
  /** Host time of all of them from their reports; NaN if reports lack it. */
  readonly hostMilliseconds: number;
}

function hostTimeOf(report: IterationReport): number {
  const reported: unknown = Reflect.get(report, 'charts/host_milliseconds');
  return typeof reported === 'number' ? reported : Number.NaN;
}

export class TrainingLoop {
  private readonly reports: AsyncIterator<IterationReport>;
  /**
   * Seconds per iteration of the latest block, to request iterations in advance for the next one.
   */
  private iterationSeconds = Number.POSITIVE_INFINITY;

  constructor(
    private readonly gpu: Gpu,
    private readonly trainer: Trainer,
  ) {
    this.reports = trainer[Symbol.asyncIterator]();
  }

  /**
   * Trains this many iterations, and waits for the device.
   * @returns milliseconds of host time, as far as reports tell it
   */
  async iterate(count: number): Promise<number> {
    let hostMilliseconds = 0;
    for (let iteration = 0; iteration < count; iteration++) {
      hostMilliseconds += hostTimeOf(await this.next());
    }
    await this.gpu.idle();
    return hostMilliseconds;
  }

  /**
   * Trains whole iterations for at least so many seconds, until the device is idle. Each report
   * lets one iteration follow, so a block that begins with an idle device submits as many as it
   * reads.
   */
  async run(seconds: number): Promise<TrainingBlock> {
    const begin = performance.now();
    const elapsed = (): number => (performance.now() - begin) / 1000;
    let iterations = 0;
    let hostMilliseconds = 0;
    do {
      const due = Math.max(1, Math.ceil((seconds - elapsed()) / this.iterationSeconds));
      hostMilliseconds += await this.iterate(due);
      iterations += due;
      this.iterationSeconds = elapsed() / iterations;
    } while (elapsed() < seconds);
    // Only what the trainers of other commits have, too (support/build-commit.ts).
    const { numEnvs, numSteps, numAgents } = this.trainer.config;
    const steps = iterations * numEnvs * numSteps * numAgents;
    return { steps, seconds: elapsed(), iterations, hostMilliseconds };
  }

  private async next(): Promise<IterationReport> {
    const { value, done } = await this.reports.next();
    if (done) throw new Error('the run ended within a block: give it more totalTimesteps');
    return value;
  }
}
