/** What every bench gets, and what it gives. */
import type { Gpu } from '../../src/gpu/device';
import type { Options } from './options';
import type { Outcome } from './results';

export interface BenchContext {
  readonly gpu: Gpu;
  readonly options: Options;
  /** Tells what is going on, in one line. */
  readonly progress: (text: string) => void;
}

/** Measures; benches that print and record by themselves give nothing. */
export type Bench = (context: BenchContext) => Promise<readonly Outcome[]>;
