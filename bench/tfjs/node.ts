/** Node's part: threads, and the backends of backends.ts. */
import { Worker } from 'node:worker_threads';
import { openBackend } from './backends';
import type { CrewOrders } from './hand-tuned/crew';
import type { Mate, Platform } from './hand-tuned/learner';

/** The next message of a worker. */
function answer(worker: Worker): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const done = (returns: readonly number[]): void => {
      worker.off('error', failed);
      resolve(returns);
    };
    const failed = (error: Error): void => {
      worker.off('message', done);
      reject(error);
    };
    worker.once('message', done).once('error', failed);
  });
}

async function hire(orders: CrewOrders): Promise<Mate> {
  const worker = new Worker(new URL('./tfjs-worker.js', import.meta.url), { workerData: orders });
  await answer(worker);
  return {
    iterate() {
      const returns = answer(worker);
      worker.postMessage('iterate');
      return returns;
    },
    dismiss: () => void worker.terminate(),
  };
}

export const nodePlatform: Platform = { openBackend, hire };
