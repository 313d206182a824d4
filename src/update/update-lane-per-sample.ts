/** Divides a minibatch among the workgroups of the fused update with one lane per sample. */
import type { UpdateByLaneSamples } from '../network/kernel-plan';
import { QUAD_BYTES } from '../network/packing';
import type { UpdateKernel } from './update-kernel';

/** Bytes that the partial gradients of one agent may take. */
const PARTIAL_BYTES = 2 ** 25;

export function updateLanePerSample(
  { samples, lanes }: UpdateByLaneSamples,
  minibatchSamples: number,
  gradientQuads: number,
): UpdateKernel {
  const block = lanes * samples;
  const maxRows = Math.max(1, Math.floor(PARTIAL_BYTES / (QUAD_BYTES * gradientQuads)));
  const blocks = Math.ceil(minibatchSamples / (block * maxRows));
  return {
    shader: 'update/update-lane-per-sample',
    constants: { LANES: lanes, BLOCK: lanes, SAMPLES: samples },
    conditions: { broadcast_weights: true, lanes_4: lanes === 4 },
    blocks,
    slices: 1,
    rows: Math.ceil(minibatchSamples / (blocks * block)),
  };
}
