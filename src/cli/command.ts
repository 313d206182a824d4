/** Connects the commands to a process and to the rooms that do the work. */

import { version } from '../../package.json';
import { ENVIRONMENTS, findEnvironment } from '../environments/index';
import type { Gpu } from '../gpu/device';
import { reasonOf } from '../node/file-error';
import { compileRecord, formatCompileTimes } from './compile-table';
import { dispatch, EXIT_FAILED, type Services } from './dispatch';
import { fileServices } from './file-services';
import { ProcessOutput } from './process-output';
import { onSignals } from './signals';

/** The process that a command runs in. */
export interface Host extends Pick<Services, 'onInterrupt'> {
  readonly stdout: ProcessOutput;
  readonly stderr: ProcessOutput;
  /** Calls `search`, during which drivers write to standard error. */
  searchForAdapters<T>(search: () => Promise<T>): Promise<T>;
}

// Dawn and the trainer are loaded after the checks, so that help and refusals appear at once.
const servicesOf = (argv: readonly string[], host: Host): Services<Gpu> => ({
  version,
  debug: Boolean(process.env.LOCKSTEP_DEBUG),
  environments: () => ENVIRONMENTS,
  findEnvironment,
  ...fileServices(argv),
  openGpu: async ({ adapter, unsafeFast, matrixUnits }) => {
    const { requestNodeGpu } = await import('../node/index');
    const options = { unsafeFast, matrixUnits, ...(adapter !== undefined && { adapter }) };
    return host.searchForAdapters(() => requestNodeGpu(options));
  },
  adapterWarnings: async (adapter) => {
    const { adapterWarnings } = await import('../node/index');
    return adapterWarnings(adapter);
  },
  createTrainer: async (options) => {
    const { createChosenTrainer } = await import('./choose-kernels');
    return createChosenTrainer(options);
  },
  inspect: async (gpu, withMatrixUnits) => {
    const { formatInspection, inspect } = await import('./doctor');
    const record = await inspect(gpu, withMatrixUnits);
    return { works: record.computation === 'ok', record, text: formatInspection(record) };
  },
  compileTimes: async (gpu, environment) => {
    const { measureCompilation } = await import('../trainer/compile-times');
    const kernels = await measureCompilation({ gpu, environment });
    const record = compileRecord(environment.id, gpu.adapter, kernels);
    return { works: true, record, text: formatCompileTimes(record) };
  },
  wallTime: Date.now,
  replay: async (gpu, checkpoint) => {
    const { restoreTrainer } = await import('../trainer/restore-trainer');
    const trainer = await restoreTrainer({ gpu, checkpoint });
    try {
      return await trainer.replay();
    } finally {
      trainer.destroy();
    }
  },
  recordGif: async (frames, options) => {
    const { recordGif } = await import('../drawing/recording');
    return recordGif(frames, options);
  },
  recordSheet: async (frames, options) => {
    const { recordSheet } = await import('../drawing/recording');
    return recordSheet(frames, options);
  },
  servePage: async (port) => {
    const { servePage } = await import('../node/page-server');
    return servePage(port);
  },
  checkEnvironment: async (options) => {
    const { checkEnvironment } = await import('../trainer/check-environment');
    return checkEnvironment(options);
  },
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  onInterrupt: (handler) => host.onInterrupt(handler),
  exit: (code) => process.exit(code),
  now: () => performance.now(),
});

/** Runs a command line and exits the process, which Dawn's handles would otherwise keep alive. */
export async function run(argv: readonly string[], host: Host): Promise<never> {
  const { stdout, stderr } = host;
  const code = await dispatch(argv, servicesOf(argv, host), host);
  await stdout.flush();
  const { failure } = stdout;
  if (failure) {
    stderr.write(`lockstep: standard output cannot be written: ${reasonOf(failure)}\n`);
  }
  await stderr.flush();
  process.exit(failure && code === 0 ? EXIT_FAILED : code);
}

export function runInThisProcess(argv: readonly string[]): Promise<never> {
  return run(argv, {
    stdout: new ProcessOutput(1),
    stderr: new ProcessOutput(2),
    onInterrupt: onSignals,
    searchForAdapters: (search) => search(),
  });
}
