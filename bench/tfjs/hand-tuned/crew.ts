/** The orders of a thread of the hand-tuned form, and its setup. */

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendName, Workload } from '../workload';
import { createLayout } from './parameters';
import { type Primitives, plainPrimitives, wasmPrimitives } from './primitives';
import { createTeamMemory, Team, type TeamMemory } from './team';
import { Trainer } from './trainer';

export interface CrewOrders {
  readonly rank: number;
  readonly memory: TeamMemory;
  readonly workload: Workload;
}

export function createCrewMemory(threads: number, { hidden, minibatches }: Workload): TeamMemory {
  return createTeamMemory(threads, Math.max(createLayout(hidden, 1).size, 2 * minibatches));
}

function primitivesOf(backend: BackendName, { envs, steps, minibatches }: Workload): Primitives {
  if (backend === 'wasm') return wasmPrimitives(tf.backend() as BackendWasm);
  return plainPrimitives((envs * steps) / minibatches);
}

/** Needs an open backend. */
export function createTrainer(backend: BackendName, orders: CrewOrders): Trainer {
  const { rank, memory, workload } = orders;
  return new Trainer(workload, new Team(memory, rank), primitivesOf(backend, workload));
}
