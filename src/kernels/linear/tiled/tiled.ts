/**
 * Weight gradients for GPUs: samples pass through workgroup memory, a block of sums stays in a
 * lane's registers.
 */
import { profileOf } from '../../../gpu/profile';
import type { LinearEngine, LinearPlan, WeightGradientRequest } from '../engine';

/**
 * Lanes over outputs and inputs of a tile of weights, and how many of them each has; as many lanes
 * as outputs.
 */
const TILE_CONSTANTS = { OUTPUT_LANES: 8, INPUT_LANES: 8, LANE_OUTPUTS: 8, LANE_INPUTS: 4 };

function weightGradientPlan({ layer, slices, agents }: WeightGradientRequest): LinearPlan {
  const { inputs, outputs } = layer;
  const { OUTPUT_LANES, INPUT_LANES, LANE_OUTPUTS, LANE_INPUTS } = TILE_CONSTANTS;
  const outputTiles = Math.ceil(outputs / (OUTPUT_LANES * LANE_OUTPUTS));
  const inputTiles = Math.ceil(inputs / (INPUT_LANES * LANE_INPUTS));
  return {
    shader: 'kernels/linear/tiled/tiled-weights',
    constants: TILE_CONSTANTS,
    shape: { opaque_one: 1, scale: 1 },
    workgroups: [outputTiles * inputTiles, slices, agents],
  };
}

export const tiled: LinearEngine = {
  product: () => undefined,
  weightGradient({ gpu }, request) {
    const narrow = Math.min(request.layer.inputs, request.layer.outputs);
    return narrow >= profileOf(gpu.adapter).minNeuronsTiled
      ? weightGradientPlan(request)
      : undefined;
  },
};
