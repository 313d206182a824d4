/** The tiles of samples that workgroups share where an update is fused for GPUs (shaders/update/sample-tile). */
import type { Gpu } from '../gpu/device';
import { roundUp } from '../gpu/runtime';
import { type ActorCriticLayout, mostOutputs, widestHidden } from './actor-critic';
import type { FusedForm } from './fused-form';
import { QUAD_BYTES } from './packing';

/** Lanes side by side over the samples of a tile; the others of a workgroup are over its neurons. */
export const SAMPLE_LANES = 8;
/** Sums that shaders/update/tile-tally makes at once. */
const TALLY_SUMS = 8;
const LANES = [32, 64, 128];
const LANE_SAMPLES = [4, 8];

export function tileSamples({ updateSamples }: FusedForm): number {
  return SAMPLE_LANES * updateSamples;
}

/** What both hidden layers are padded to: a quad of neurons for every lane over them, or several. */
export function tileWidth(layout: ActorCriticLayout, { lanes }: FusedForm): number {
  const quadsAtOnce = Math.max(lanes / SAMPLE_LANES, SAMPLE_LANES);
  return roundUp(widestHidden(layout), 4 * quadsAtOnce);
}

/** Workgroup memory of the larger network's update. */
function tileBytes(layout: ActorCriticLayout, form: FusedForm): number {
  const samples = tileSamples(form);
  const inputs = layout.actor.layers[0]!.inputs;
  const rows = 2 * tileWidth(layout, form) + inputs;
  const numbers = mostOutputs(layout) * samples + TALLY_SUMS * form.lanes;
  return QUAD_BYTES * rows * (samples / 4 + 1) + 4 * numbers;
}

/** Why a device cannot learn these networks from tiles of samples in this form, or undefined. */
export function tileObstacle(
  layout: ActorCriticLayout,
  form: FusedForm,
  gpu: Gpu,
): string | undefined {
  const { lanes, updateSamples, handedOut } = form;
  if (handedOut) return 'tiles of samples hand no weights round';
  if (!LANES.includes(lanes) || !LANE_SAMPLES.includes(updateSamples)) {
    return `tiles take ${LANES.join(', ')} lanes of ${LANE_SAMPLES.join(' or ')} samples`;
  }
  const bytes = tileBytes(layout, form);
  const allowed = gpu.device.limits.maxComputeWorkgroupStorageSize;
  if (bytes <= allowed) return undefined;
  return `tiles of ${tileSamples(form)} samples need ${bytes} bytes of workgroup memory, the device has ${allowed}`;
}
