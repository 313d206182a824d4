/**
 * PPO in tfjs as fast as it was found to go, see README.md: gradients by hand, environments and loss
 * in typed arrays, and on wasm several threads, each with a backend and environments of its own.
 */
import { Worker } from 'node:worker_threads';
import { openBackend } from '../backends';
import type { Learner } from '../learner';
import type { BackendName, Workload } from '../workload';
import { type CrewOrders, createCrewMemory, createTrainer, ITERATE } from './crew';

/** The next message of a worker. */
function answer(worker: Worker): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', done);
      worker.off('error', failed);
    };
    const done = (returns: readonly number[]): void => {
      settle();
      resolve(returns);
    };
    const failed = (error: Error): void => {
      settle();
      reject(error);
    };
    worker.once('message', done).once('error', failed);
  });
}

/** A worker that has opened its backend. */
async function startWorker(orders: CrewOrders): Promise<Worker> {
  const worker = new Worker(new URL('./tfjs-worker.js', import.meta.url), { workerData: orders });
  await answer(worker);
  return worker;
}

export async function createHandTunedLearner(
  backend: BackendName,
  threads: number,
  workload: Workload,
): Promise<Learner> {
  const memory = createCrewMemory(threads, workload);
  const others = Array.from({ length: threads - 1 }, (_, index) => index + 1);
  const [detail, ...workers] = await Promise.all([
    openBackend(backend),
    ...others.map((rank) => startWorker({ rank, memory, workload })),
  ]);
  const trainer = createTrainer(backend, { rank: 0, memory, workload });
  let finished: number[] = [];
  return {
    detail: `${detail}, Node ${process.versions.node}, ${threads} thread${threads > 1 ? 's' : ''}`,
    stepsPerIteration: workload.envs * workload.steps,
    async iterate() {
      const answers = workers.map(answer);
      for (const worker of workers) worker.postMessage(ITERATE);
      await trainer.iterate();
      finished.push(...trainer.takeReturns(), ...(await Promise.all(answers)).flat());
    },
    takeReturns() {
      const taken = finished;
      finished = [];
      return taken;
    },
    close() {
      for (const worker of workers) void worker.terminate();
    },
  };
}
