/**
 * PPO in tfjs as fast as it was found to go, see README.md: gradients by hand, environments and
 * loss in typed arrays, and on wasm several threads, each with a backend and environments of its
 * own.
 */
import type { Learner } from '../learner';
import type { BackendName, Workload } from '../workload';
import { type CrewOrders, createCrewMemory, createTrainer } from './crew';

/** A further thread. */
export interface Mate {
  /** Makes it train an iteration; resolves to the returns of its finished episodes. */
  iterate(): Promise<readonly number[]>;
  dismiss(): void;
}

/** Differences between Node and the browser. */
export interface Platform {
  /** Opens the backend in this thread; resolves to its name. */
  openBackend(name: BackendName): Promise<string>;
  /** Starts a thread; resolves when it has opened a wasm backend. */
  hire(orders: CrewOrders): Promise<Mate>;
}

export async function createHandTunedLearner(
  { openBackend, hire }: Platform,
  backend: BackendName,
  threads: number,
  workload: Workload,
): Promise<Learner> {
  const memory = createCrewMemory(threads, workload);
  const others = Array.from({ length: threads - 1 }, (_, index) => index + 1);
  const [detail, ...mates] = await Promise.all([
    openBackend(backend),
    ...others.map((rank) => hire({ rank, memory, workload })),
  ]);
  const trainer = createTrainer(backend, { rank: 0, memory, workload });
  let finished: number[] = [];
  return {
    detail: `${detail}, ${threads} thread${threads > 1 ? 's' : ''}`,
    stepsPerIteration: workload.envs * workload.steps,
    async iterate() {
      const returns = mates.map((mate) => mate.iterate());
      await trainer.iterate();
      finished.push(...trainer.takeReturns(), ...(await Promise.all(returns)).flat());
    },
    takeReturns() {
      const taken = finished;
      finished = [];
      return taken;
    },
    close() {
      for (const mate of mates) mate.dismiss();
    },
  };
}
