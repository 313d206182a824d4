/** Which variant of the kernels a run uses: the fused forms, or the layered one that fits everything. */
import type { Gpu } from '../gpu/device';
import { keepsPreActivation } from '../kernels/linear';
import type { ActorCriticLayout } from './actor-critic';

/** A variant of the fused kernels. Variants differ in speed and in the order of float sums. */
export interface FusedForm {
  /** What the lanes of a workgroup are while a minibatch is learned from; or the layered kernels. */
  readonly update: 'neurons' | 'samples' | 'layered';
  /** Samples per invocation of an update, or per block where lanes are neurons. */
  readonly updateSamples: number;
  /** Samples per invocation of a forward pass, at most: environments, or rows of them. */
  readonly forwardSamples: number;
  /** Invocations of a workgroup. */
  readonly lanes: number;
  /** Where weights are read from; uniform memory takes a dispatch per agent. */
  readonly weights: 'uniform' | 'storage';
  /** Whether the lanes load weights by turns and hand them round; they must lie in one subgroup. */
  readonly handedOut: boolean;
}

/** Widest hidden layers of the fused forms, and products of two beyond which lanes are samples. */
const MOST_WIDTH = 256;
const MOST_PRODUCTS = 64 * 64;
const MOST_INPUTS = 16;

/**
 * Why a device has no fused kernels for these networks, or undefined.
 * @param bindings storage bindings of the largest kernel
 */
export function fusedObstacle(
  layout: ActorCriticLayout,
  gpu: Gpu,
  bindings: number,
): string | undefined {
  const networks = layout.networks.map(({ layout: own }) => own);
  const layers = networks.flatMap((network) => network.layers);
  if (networks.some((network) => network.layers.length !== 3)) {
    return 'only networks of two hidden layers are fused';
  }
  if (layout.networks.some(({ name }) => name === 'actor and critic')) {
    return 'a shared trunk is not fused';
  }
  if (layers.some(({ norm }) => norm !== null)) return 'normalised layers are not fused';
  const widest = Math.max(...layers.map(({ outputs }) => outputs));
  if (widest > MOST_WIDTH) return `hidden layers wider than ${MOST_WIDTH} are not fused`;
  if (layers[0]!.inputs > MOST_INPUTS) {
    return `observations of more than ${MOST_INPUTS} numbers are not fused`;
  }
  const allowed = gpu.device.limits.maxStorageBuffersPerShaderStage;
  if (bindings > allowed) return `they need ${bindings} storage buffers, the device has ${allowed}`;
  return undefined;
}

/** Whether the update's derivatives follow from the activations alone, as its fused forms need. */
export function updateIsFused(layout: ActorCriticLayout): boolean {
  return !layout.networks.some(({ layout: own }) => keepsPreActivation(own.activation));
}

function productsOf(layout: ActorCriticLayout): number {
  const [first, second] = layout.actor.layers;
  return first!.outputs * second!.outputs;
}

/**
 * The variant for a device that nothing was measured on.
 * Software adapters: lanes hand weights round, as measured on lavapipe (bench/RESULTS.md). Hardware: one
 * environment per invocation in the rollout, and the layered update; not measured.
 */
export function defaultForm(layout: ActorCriticLayout, gpu: Gpu): FusedForm {
  const common = { forwardSamples: 8, weights: 'storage' } as const;
  const lanes = gpu.subgroupSize >= 8 ? 8 : 4;
  if (gpu.adapter.hardware || gpu.subgroupSize < lanes) {
    const direct = { lanes: 64, handedOut: false, forwardSamples: 1, updateSamples: 1 };
    return { ...common, ...direct, update: 'layered' };
  }
  const handed = { ...common, lanes, handedOut: true };
  if (!updateIsFused(layout)) return { ...handed, update: 'layered', updateSamples: 1 };
  return productsOf(layout) <= MOST_PRODUCTS
    ? { ...handed, update: 'neurons', updateSamples: 4 }
    : { ...handed, update: 'samples', updateSamples: 4, forwardSamples: 4 };
}
