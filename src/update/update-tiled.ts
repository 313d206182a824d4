/** Divides a minibatch among the workgroups of the fused update that shares tiles of samples. */
import type { TiledUpdate } from '../network/kernel-plan';
import { SAMPLE_LANES, tileSamples } from '../network/sample-tile';
import type { UpdateKernel } from './update-kernel';

/** Slices that keep a GPU busy, and the fewest samples that are worth a row of partial sums. */
const MAX_SLICES = 512;
const MIN_SAMPLES = 64;

export function updateTiled(plan: TiledUpdate, minibatchSamples: number): UpdateKernel {
  const tile = tileSamples(plan);
  const share = Math.max(MIN_SAMPLES, Math.ceil(minibatchSamples / MAX_SLICES));
  const blocks = Math.ceil(share / tile);
  return {
    shader: 'update/update-tiled',
    constants: { LANES: plan.lanes, SAMPLES: plan.samples, SAMPLE_LANES },
    conditions: {},
    blocks,
    slices: 1,
    rows: Math.ceil(minibatchSamples / (blocks * tile)),
  };
}
