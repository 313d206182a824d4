/** `lockstep doctor --compile`: start-up times of every kernel of a run. */

import type { AdapterDescription } from '../gpu/adapter';
import type { KernelTimes } from '../trainer/compile-times';
import { formatTable } from './table';

/** The result, as printed by --json. */
export interface CompileRecord {
  readonly environment: string;
  readonly adapter: string;
  /** Milliseconds, in the order of an iteration. */
  readonly kernels: readonly KernelTimes[];
}

const COLUMNS = ['link', 'create', 'firstDispatch', 'nextDispatch'] as const;
const HEADINGS = ['kernel', 'link', 'create', 'first dispatch', 'next dispatch'];

export function compileRecord(
  environment: string,
  adapter: AdapterDescription,
  kernels: readonly KernelTimes[],
): CompileRecord {
  return { environment, adapter: adapter.name, kernels };
}

/** One row per kernel and a row of sums. */
export function formatCompileTimes({ environment, adapter, kernels }: CompileRecord): string {
  const cells = (name: string, values: readonly number[]): string[] => [
    name,
    ...values.map((value) => value.toFixed(1)),
  ];
  const rows = kernels.map((times) =>
    cells(
      times.kernel,
      COLUMNS.map((column) => times[column]),
    ),
  );
  const sums = COLUMNS.map((column) => kernels.reduce((sum, times) => sum + times[column], 0));
  return [
    `${environment} on ${adapter}: milliseconds of each kernel, one at a time.`,
    'Drivers cache compiled kernels; for cold times, set MESA_SHADER_CACHE_DIR to an empty folder.',
    '',
    formatTable([HEADINGS, ...rows, cells('sum', sums)], [1, 2, 3, 4]),
  ].join('\n');
}
