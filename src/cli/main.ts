#!/usr/bin/env node
/** The command `lockstep`: binds the commands to this process and to the rooms that do the work. */

import { readFileSync } from 'node:fs';
import { version } from '../../package.json';
import { ENVIRONMENTS, findEnvironment } from '../environments/index';
import type { Gpu } from '../gpu/device';
import { checkWritable, readParameters, writeParameters } from '../node/parameters-file';
import { compileRecord, formatCompileTimes } from './compile-table';
import { dispatch, type Services } from './dispatch';

// Dawn and the trainer are loaded after the checks, so that refusals and help come at once.
const services: Services<Gpu> = {
  version,
  debug: Boolean(process.env.LOCKSTEP_DEBUG),
  environments: () => ENVIRONMENTS,
  findEnvironment,
  readText: (path) => readFileSync(path, 'utf8'),
  parameterFiles: { checkWritable, read: readParameters, write: writeParameters },
  openGpu: async ({ adapter, unsafeFast, matrixUnits }) => {
    const { requestNodeGpu } = await import('../node/index');
    return requestNodeGpu({ unsafeFast, matrixUnits, ...(adapter !== undefined && { adapter }) });
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
  onInterrupt: (handler) => {
    process.on('SIGINT', handler);
    return () => process.off('SIGINT', handler);
  },
  exit: (code) => process.exit(code),
  now: () => performance.now(),
};

const code = await dispatch(process.argv.slice(2), services, process);
// Dawn's handles would keep the process alive; what was written must still arrive.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
