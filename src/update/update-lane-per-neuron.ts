/** Divides a minibatch among the workgroups of the fused update with one lane per neuron. */
import type { Gpu } from '../gpu/device';
import { profileOf } from '../gpu/profile';
import type { UpdateByLaneNeurons } from '../network/kernel-plan';
import type { UpdateKernel } from './update-kernel';

/** Samples per slice at most: enough to make the cost of loading the weights negligible. */
const SAMPLES_PER_SLICE = 2048;
/** Slices to divide a minibatch into, provided that each gets at least MIN_SAMPLES_PER_SLICE. */
const WANTED_SLICES = 4;
const MIN_SAMPLES_PER_SLICE = 256;

export function updateLanePerNeuron(
  { samples, lanes, subgroups }: UpdateByLaneNeurons,
  { adapter }: Gpu,
  minibatchSamples: number,
  agents: number,
): UpdateKernel {
  const share = Math.max(MIN_SAMPLES_PER_SLICE, Math.ceil(minibatchSamples / WANTED_SLICES));
  const blocks = Math.ceil(Math.min(SAMPLES_PER_SLICE, share) / samples);
  const slices = Math.ceil(minibatchSamples / (blocks * samples));
  const together = agents >= profileOf(adapter).minAgentsOfWholeMinibatches;
  return {
    shader: 'update/update-lane-per-neuron',
    constants: { LANES: lanes, SAMPLES: samples, SUBGROUPS: subgroups },
    conditions: { shared_layers: subgroups > 1, lanes_4: lanes === 4 },
    blocks,
    slices: together ? slices : 1,
    rows: together ? 1 : slices,
  };
}
