/** A trainer that runs in blocks: whole iterations, timed until the device is idle. */
import type { Gpu } from '../../src/gpu/device';
import type { IterationReport } from '../../src/trainer/metrics';
import type { Trainer } from '../../src/trainer/trainer';
import type { Block } from './contestant';

export class TrainingLoop {
  private readonly reports: AsyncIterator<IterationReport>;
  /** Of the latest block, so that the next one knows how much to ask for at once. */
  private iterationSeconds = Number.POSITIVE_INFINITY;

  constructor(
    private readonly gpu: Gpu,
    private readonly trainer: Trainer,
  ) {
    this.reports = trainer[Symbol.asyncIterator]();
  }

  /** Trains so many iterations, and waits for the device. */
  async iterate(count: number): Promise<void> {
    for (let iteration = 0; iteration < count; iteration++) await this.next();
    await this.gpu.idle();
  }

  /**
   * Trains whole iterations for at least so many seconds, until the device is idle. Each report lets one
   * iteration follow, so a block that begins with an idle device submits as many as it reads.
   */
  async run(seconds: number): Promise<Block & { readonly iterations: number }> {
    const begin = performance.now();
    const elapsed = (): number => (performance.now() - begin) / 1000;
    let iterations = 0;
    do {
      const due = Math.max(1, Math.ceil((seconds - elapsed()) / this.iterationSeconds));
      await this.iterate(due);
      iterations += due;
      this.iterationSeconds = elapsed() / iterations;
    } while (elapsed() < seconds);
    const { batch, agents } = this.trainer.sizes;
    return { steps: iterations * batch * agents, seconds: elapsed(), iterations };
  }

  private async next(): Promise<IterationReport> {
    const { value, done } = await this.reports.next();
    if (done) throw new Error('the run ended within a block: give it more totalTimesteps');
    return value;
  }
}
