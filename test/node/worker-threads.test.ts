/** Devices in worker threads, which share the process's descriptors but not its environment. */
import { afterAll, describe, expect, it, test } from 'vitest';
import { findChromiumPackage } from '../../src/node/swiftshader';
import { ChildProgram } from '../support/child';

describe('two worker threads with a device each', () => {
  const program = new ChildProgram(`
    import { isMainThread, Worker } from 'node:worker_threads';
    import { requestNodeGpu } from './src/node/dawn';
    if (isMainThread) {
      let ended = 0;
      const count = (code) => { ended += 1; if (ended === 2) console.log('both ended', code); };
      for (const _ of [1, 2]) new Worker(new URL(import.meta.url)).on('exit', count);
    } else {
      const gpu = await requestNodeGpu();
      await gpu.idle();
      gpu.destroy();
    }
  `);
  afterAll(() => program.remove());

  it.each([
    ['a pipe', '$PROGRAM 2> >(cat > /dev/null)'],
    ['no file at all', '$PROGRAM 2> /dev/null'],
    ['a file', '$PROGRAM 2> $FOLDER/errors'],
  ])('end well where standard error is %s', (_, command) => {
    const runs = [1, 2, 3, 4, 5].map(() => program.run(command));
    expect(runs).toEqual(runs.map(() => ({ status: 0, stdout: 'both ended 0\n' })));
  });

  it('write nothing to standard error but what Dawn always does', () => {
    const { stdout } = program.run(`$PROGRAM 2>&1 >/dev/null | grep -v '^Warning: maxDynamic'`);
    expect(stdout).toBe('');
  });
});

test.skipIf(!findChromiumPackage())('threads open SwiftShader beside another adapter', () => {
  const program = new ChildProgram(`
    import { isMainThread, Worker } from 'node:worker_threads';
    import { requestNodeGpu } from './src/node/dawn';
    if (isMainThread) for (const _ of [1, 2]) new Worker(new URL(import.meta.url));
    for (const adapter of ['swiftshader', undefined]) {
      const gpu = await requestNodeGpu({ adapter });
      await gpu.idle();
      if (adapter) console.log(gpu.adapter.architecture);
      gpu.destroy();
    }
  `);
  const { status, stdout } = program.run('$PROGRAM 2> /dev/null');
  program.remove();
  expect(stdout).toBe('swiftshader\n'.repeat(3));
  expect(status).toBe(0);
});

describe('a worker thread that trains', () => {
  const program = new ChildProgram(`
    import { isMainThread, parentPort, Worker } from 'node:worker_threads';
    import { createTrainer, findEnvironment } from './src/index';
    import { requestNodeGpu } from './src/node/dawn';
    if (isMainThread) {
      const worker = new Worker(new URL(import.meta.url));
      worker.on('message', async (message) => {
        if (message === 'training') worker.postMessage('end');
        else console.log(message, await worker.terminate());
      });
    } else {
      const gpu = await requestNodeGpu();
      const config = { numEnvs: 16, numSteps: 8, totalTimesteps: 1e9, hiddenSizes: [4] };
      const environment = findEnvironment('CartPole-v1');
      const trainer = await createTrainer({ gpu, environment, config });
      parentPort.on('message', () => trainer.stop());
      for await (const { iteration } of trainer) {
        if (iteration === 3) parentPort.postMessage('training');
      }
      trainer.destroy();
      gpu.destroy();
      parentPort.postMessage('ended');
    }
  `);
  afterAll(() => program.remove());

  it('can be terminated once it has stopped and destroyed, as docs/running.md says', () => {
    const runs = [1, 2, 3].map(() => program.run('$PROGRAM 2> /dev/null'));
    expect(runs).toEqual(runs.map(() => ({ status: 0, stdout: 'ended 1\n' })));
  });
});
