/** The update of a whole network in one kernel whose workgroups share tiles of samples: how a minibatch is dealt to them. */
import type { TiledUpdate } from '../network/kernel-plan';
import { SAMPLE_LANES, tileSamples } from '../network/sample-tile';
import type { UpdateKernel } from './update-kernel';

/** Slices that keep a GPU busy, and samples that make up for a row of sums. */
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
