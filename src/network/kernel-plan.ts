/**
 * How a run computes its networks: which kernels, and what the lanes of their workgroups are. Plans differ in speed
 * and in the order of float sums.
 */

/** Lanes that exchange numbers, all of which must lie in one subgroup. */
export type SubgroupLanes = 4 | 8;
/** Samples that one lane has at a time. */
export type LaneSamples = 1 | 2 | 4 | 8;

/** One kernel per layer and direction, for networks of any shape. */
export interface LayeredForward {
  /** Distinguishes the kinds of plans. */
  readonly kind: 'layered';
}

/** One kernel for a whole network, each lane with samples of its own, whose activations stay in its registers. */
export interface ForwardByLaneSamples {
  /** Distinguishes the kinds of plans. */
  readonly kind: 'lane-per-sample';
  /** Per lane, at most: fewer where there are few samples. */
  readonly samples: LaneSamples;
  /** Invocations of a workgroup (of each subgroup, where several work together). */
  readonly lanes: SubgroupLanes | 64;
  /** Whether each lane loads another part of the weights and broadcasts it, instead of loading all of them. */
  readonly broadcast: boolean;
}

/** One kernel for a whole network, each lane with neurons of its own, whose weights stay with it. */
export interface ForwardByLaneNeurons {
  /** Distinguishes the kinds of plans. */
  readonly kind: 'lane-per-neuron';
  /** Blocks of as many samples as lanes that a workgroup takes, at most. */
  readonly samples: LaneSamples;
  /** Invocations of a workgroup (of each subgroup, where several work together). */
  readonly lanes: SubgroupLanes;
}

/** Forward passes of the rollout and of the value estimates by one kernel for a whole network. */
export type FusedForward = ForwardByLaneSamples | ForwardByLaneNeurons;
/** Forward passes of the rollout and of the value estimates. */
export type ForwardPlan = LayeredForward | FusedForward;

/** One kernel per layer and direction, for networks of any shape. */
export interface LayeredUpdatePlan {
  /** Distinguishes the kinds of plans. */
  readonly kind: 'layered';
  /**
   * What multiplies wide layers: f32 arithmetic, or the adapter's matrix units, which round factors to half precision.
   * Layered forward passes do as the update does.
   */
  readonly linear: 'f32' | 'matrix-units';
}

/** One kernel for a whole network, each lane with neurons of its own, whose weights and gradients stay with it. */
export interface UpdateByLaneNeurons {
  /** Distinguishes the kinds of plans. */
  readonly kind: 'lane-per-neuron';
  /** Samples of a block, at most as many as lanes. */
  readonly samples: 2 | 4 | 8;
  /** Invocations of a workgroup (of each subgroup, where several work together). */
  readonly lanes: SubgroupLanes;
  /** Subgroups of a workgroup, each with a part of the neurons of both hidden layers. */
  readonly subgroups: 1 | 2 | 3 | 4;
}

/**
 * One kernel for a whole network, each lane with samples of its own; lanes broadcast the weights that they load.
 * Measured on SwiftShader, whose subgroups cannot share layers of more than 64 neurons (bench/RESULTS.md).
 */
export interface UpdateByLaneSamples {
  /** Distinguishes the kinds of plans. */
  readonly kind: 'lane-per-sample';
  /** Samples that one lane has at a time. */
  readonly samples: LaneSamples;
  /** Invocations of a workgroup (of each subgroup, where several work together). */
  readonly lanes: SubgroupLanes;
}

/** One kernel for a whole network, whose workgroups share tiles of samples in workgroup memory. */
export interface TiledUpdate {
  /** Distinguishes the kinds of plans. */
  readonly kind: 'tiled';
  /** Per lane; a tile is eight times as large. */
  readonly samples: 4 | 8;
  /** Invocations of a workgroup (of each subgroup, where several work together). */
  readonly lanes: 32 | 64 | 128;
}

/** Updates by one kernel for a whole network. */
export type FusedUpdatePlan = UpdateByLaneNeurons | UpdateByLaneSamples | TiledUpdate;
/** What is done with a minibatch. */
export type UpdatePlan = LayeredUpdatePlan | FusedUpdatePlan;

/** The kernels of a run; `describePlan` puts them in words. */
export interface KernelPlan {
  /** Kernels of the rollout and of the value estimates. */
  readonly forward: ForwardPlan;
  /** Kernels from a minibatch to its gradients. */
  readonly update: UpdatePlan;
}

/** A kernel for every layer: what runs networks of any shape on any device. */
export const LAYERED: KernelPlan = {
  forward: { kind: 'layered' },
  update: { kind: 'layered', linear: 'f32' },
};

/** The same with wide layers on the adapter's matrix units. */
export const LAYERED_ON_MATRIX_UNITS: KernelPlan = {
  forward: { kind: 'layered' },
  update: { kind: 'layered', linear: 'matrix-units' },
};

/** Whether what a program gave is a plan at all; `whyNotPlan` checks the rest. */
export function isPlan(given: unknown): given is KernelPlan {
  const { forward, update } = (given ?? {}) as Partial<KernelPlan>;
  return typeof forward?.kind === 'string' && typeof update?.kind === 'string';
}

/** Whether any kernel of a plan computes a whole network. */
export function isFused({ forward, update }: KernelPlan): boolean {
  return forward.kind !== 'layered' || update.kind !== 'layered';
}

/** Whether a plan rounds what it multiplies to half precision, for matrix units. */
export function usesMatrixUnits({ update }: KernelPlan): boolean {
  return update.kind === 'layered' && update.linear === 'matrix-units';
}

/** Lanes of a plan's fused kernels that must lie in one subgroup; 1 where none exchange numbers. */
export function subgroupLanes({ forward, update }: KernelPlan): number {
  const exchanges =
    forward.kind === 'lane-per-neuron' || ('broadcast' in forward && forward.broadcast);
  const inForward = exchanges ? forward.lanes : 1;
  const inUpdate = update.kind === 'layered' || update.kind === 'tiled' ? 1 : update.lanes;
  return Math.max(inForward, inUpdate);
}

function describeForward(plan: ForwardPlan): string {
  if (plan.kind === 'layered') return 'layered';
  const weights = plan.kind === 'lane-per-sample' && plan.broadcast ? ', weights broadcast' : '';
  return `${plan.kind} (${plan.lanes} lanes × ${plan.samples} samples${weights})`;
}

function describeUpdate(plan: UpdatePlan): string {
  if (plan.kind === 'layered') {
    return plan.linear === 'f32'
      ? 'layered'
      : 'layered, wide layers on matrix units in half precision';
  }
  const shared =
    plan.kind === 'lane-per-neuron' && plan.subgroups > 1 ? `${plan.subgroups} subgroups × ` : '';
  return `${plan.kind} (${shared}${plan.lanes} lanes × ${plan.samples} samples)`;
}

/** A plan in words, for people. */
export function describePlan(plan: KernelPlan): string {
  const update = describeUpdate(plan.update);
  return isFused(plan) ? `forward ${describeForward(plan.forward)}; update ${update}` : update;
}
