/** Devices in worker threads, which share the process's descriptors, and its variables, as SwiftShader needs. */
import { afterAll, describe, expect, it, test } from 'vitest';
import { ChildProgram } from '../support/child';
import { openTestGpu } from '../support/gpu';

// They would set and clear the variables that lead to its driver at the same time (docs/running.md).
const isSwiftShader = /swiftshader/i.test((await openTestGpu()).adapter.name);

describe.skipIf(isSwiftShader)('two worker threads with a device each', () => {
  const program = new ChildProgram(`
    import { isMainThread, SHARE_ENV, Worker } from 'node:worker_threads';
    import { requestNodeGpu } from './src/node/dawn';
    if (isMainThread) {
      let ended = 0;
      const count = (code) => { ended += 1; if (ended === 2) console.log('both ended', code); };
      const options = { env: SHARE_ENV };
      for (const _ of [1, 2]) new Worker(new URL(import.meta.url), options).on('exit', count);
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

test('SwiftShader in a worker thread with variables of its own is refused with what it needs', () => {
  const program = new ChildProgram(`
    import { isMainThread, Worker } from 'node:worker_threads';
    import { requestNodeGpu } from './src/node/dawn';
    if (isMainThread) {
      new Worker(new URL(import.meta.url));
    } else {
      const message = await requestNodeGpu({ adapter: 'swiftshader' }).catch(String);
      console.log(message);
    }
  `);
  const { status, stdout } = program.run('$PROGRAM 2> /dev/null');
  program.remove();
  expect(status).toBe(0);
  expect(stdout).toMatch(/GpuError: no .*adapter.*\{ env: SHARE_ENV \} of node:worker_threads$/m);
});

describe('a worker thread that trains', () => {
  const program = new ChildProgram(`
    import { isMainThread, parentPort, SHARE_ENV, Worker } from 'node:worker_threads';
    import { createTrainer, findEnvironment } from './src/index';
    import { requestNodeGpu } from './src/node/dawn';
    if (isMainThread) {
      const worker = new Worker(new URL(import.meta.url), { env: SHARE_ENV });
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
