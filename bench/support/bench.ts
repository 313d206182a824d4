/** The inputs and outputs of every bench. */
import type { Gpu } from '../../src/gpu/device';
import type { Options } from './options';
import type { Outcome } from './results';

export interface BenchContext {
  readonly gpu: Gpu;
  readonly options: Options;
  /** Prints a line of progress. */
  readonly progress: (text: string) => void;
}

/** Measures; benches that print and record by themselves give nothing. */
export type Bench = (context: BenchContext) => Promise<readonly Outcome[]>;
