/** Which engine computes a linear layer's products: the only file that knows all of them. */
import { byNeuron } from './by-neuron';
import { bySample } from './by-sample';
import type {
  LinearDevice,
  LinearEngine,
  LinearPlan,
  ProductRequest,
  WeightGradientRequest,
} from './engine';
import { matrixUnits } from './matrix-units/matrix-units';
import { tiled } from './tiled/tiled';

/** The first that takes a request has it; what none takes is computed by samples. */
const ENGINES: readonly LinearEngine[] = [matrixUnits, byNeuron, tiled];

/**
 * For Y = W X. All engines but that on matrix units, which round W and X to half precision, sum in the same order, so
 * the choice does not change a bit of the result.
 */
export function planProduct(device: LinearDevice, request: ProductRequest): LinearPlan {
  for (const engine of ENGINES) {
    const plan = engine.product(device, request);
    if (plan) return plan;
  }
  return bySample.product(device, request);
}

/** For the gradients of a layer's weights; depends on the layer and the device alone. */
export function planWeightGradient(
  device: LinearDevice,
  request: WeightGradientRequest,
): LinearPlan {
  for (const engine of ENGINES) {
    const plan = engine.weightGradient(device, request);
    if (plan) return plan;
  }
  return bySample.weightGradient(device, request);
}
