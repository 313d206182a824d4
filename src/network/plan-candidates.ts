/** The plans worth trying for networks on a device, the best first as far as they were measured. */
import type { Gpu } from '../gpu/device';
import { profileOf } from '../gpu/profile';
import { type ActorCriticLayout, widestHidden } from './actor-critic';
import {
  type ForwardPlan,
  type KernelPlan,
  LAYERED,
  LAYERED_ON_MATRIX_UNITS,
  type SubgroupLanes,
  type UpdatePlan,
} from './kernel-plan';
import {
  hasFusedUpdates,
  hasMatrixLayers,
  MAX_WIDTH,
  SUBGROUP_WIDTH,
  subgroupsFor,
  whyNotPlan,
} from './plan-limits';

const LAYERED_UPDATE: UpdatePlan = { kind: 'layered', linear: 'f32' };
/** A forward pass for any device: one sample per lane, and every lane loads all weights. */
const PLAIN_FORWARD: ForwardPlan = {
  ...{ kind: 'lane-per-sample', samples: 1, lanes: 64, broadcast: false },
};

/**
 * For GPUs: activations in workgroup memory. Measured on an NVIDIA H200 (bench/RESULTS.md): 128
 * lanes with 4 samples each are the fastest in f32 or within 3 % of it; wider layers are faster
 * layer by layer.
 */
function tiledPlans(layout: ActorCriticLayout): KernelPlan[] {
  if (!hasFusedUpdates(layout) || widestHidden(layout) > SUBGROUP_WIDTH) return [];
  return [
    { forward: PLAIN_FORWARD, update: { kind: 'tiled', lanes: 128, samples: 4 } },
    { forward: PLAIN_FORWARD, update: { kind: 'tiled', lanes: 64, samples: 8 } },
  ];
}

/** The usual forward pass on CPU drivers. */
function processorForward(layout: ActorCriticLayout, lanes: SubgroupLanes): ForwardPlan {
  const width = widestHidden(layout);
  if (width <= SUBGROUP_WIDTH) return { kind: 'lane-per-neuron', samples: 8, lanes };
  if (width > MAX_WIDTH) return { kind: 'layered' };
  return { kind: 'lane-per-sample', samples: 2, lanes, broadcast: true };
}

/** For CPU drivers: few lanes, each with as much as the registers and caches hold. */
function processorPlans(layout: ActorCriticLayout, { subgroupSize }: Gpu): KernelPlan[] {
  if (subgroupSize < 4) return [];
  const lanes = subgroupSize >= 8 ? 8 : 4;
  const forward = processorForward(layout, lanes);
  if (!hasFusedUpdates(layout)) {
    return forward.kind === 'layered' ? [] : [{ forward, update: LAYERED_UPDATE }];
  }
  const subgroups = subgroupsFor(layout) as 1 | 2 | 3 | 4;
  const byNeurons = { kind: 'lane-per-neuron', samples: lanes, lanes, subgroups } as const;
  const bySamples: KernelPlan = {
    forward: { kind: 'lane-per-sample', samples: 2, lanes, broadcast: true },
    update: { kind: 'lane-per-sample', samples: 2, lanes },
  };
  return [{ forward, update: byNeurons }, bySamples];
}

/** Fused forward passes and layered updates, the most portable of the fused plans. */
function layeredUpdates(layout: ActorCriticLayout, { matrixUnits }: Gpu): KernelPlan[] {
  const plain = { forward: PLAIN_FORWARD, update: LAYERED_UPDATE };
  if (!matrixUnits || !hasMatrixLayers(layout)) return [plain];
  return [plain, { forward: PLAIN_FORWARD, update: LAYERED_ON_MATRIX_UNITS.update }];
}

/**
 * The plans that the tuner times, at least one; the first is used without tuning.
 * @param notFused the result of `whyNotFused` for the networks
 */
export function candidatePlans(
  layout: ActorCriticLayout,
  gpu: Gpu,
  notFused: string | undefined,
): readonly KernelPlan[] {
  const own =
    profileOf(gpu.adapter).fused === 'tiled' ? tiledPlans(layout) : processorPlans(layout, gpu);
  const all = [...own, ...layeredUpdates(layout, gpu), LAYERED, LAYERED_ON_MATRIX_UNITS];
  return all.filter((plan) => whyNotPlan(plan, layout, gpu, notFused) === undefined);
}
