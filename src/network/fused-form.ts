/** Which variant of the kernels a run uses: the fused forms, or the layered one that fits everything. */
import { ConfigError } from '../config';
import type { Gpu } from '../gpu/device';
import { keepsPreActivation } from '../kernels/linear';
import type { ActorCriticLayout } from './actor-critic';
import { uniformBytes } from './packed-weights';

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

/**
 * Widest hidden layers of the fused forms, beyond which the layered one was faster, and products of two
 * beyond which lanes are samples.
 */
const MOST_WIDTH = 128;
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

/** Why a device cannot show these networks as uniform memory, or undefined. */
function uniformObstacle(layout: ActorCriticLayout, gpu: Gpu): string | undefined {
  const bytes = uniformBytes(layout);
  const allowed = gpu.device.limits.maxUniformBufferBindingSize;
  if (bytes <= allowed) return undefined;
  return `a network takes ${bytes} bytes of uniform memory, the device binds ${allowed}`;
}

function productsOf(layout: ActorCriticLayout): number {
  const [first, second] = layout.actor.layers;
  return first!.outputs * second!.outputs;
}

/** A variant in words, for people. */
export function describeForm(form: FusedForm | 'layered'): string {
  if (form === 'layered') return 'layered';
  const { update, updateSamples, forwardSamples, lanes, weights, handedOut } = form;
  const learned =
    update === 'layered' ? 'update layered' : `update by ${update} × ${updateSamples}`;
  const how = handedOut ? 'handed round' : 'read by every lane';
  return `fused: rollout × ${forwardSamples}, ${learned}, ${lanes} lanes, weights in ${weights}, ${how}`;
}

/** A variant whose lanes hand weights round. */
function handedForm(lanes: number, rest: Partial<FusedForm>): FusedForm {
  return {
    ...{ update: 'layered', updateSamples: 1, forwardSamples: 8 },
    ...{ lanes, weights: 'storage', handedOut: true },
    ...rest,
  };
}

/** One environment per invocation, which reads its weights itself; the update is layered. */
function directForm(lanes: number): FusedForm {
  const own = { forwardSamples: 1, handedOut: false } as const;
  return { update: 'layered', updateSamples: 1, lanes, weights: 'storage', ...own };
}

/** Every variant that networks without an obstacle have on a device: those that the tuner times. */
export function candidateForms(layout: ActorCriticLayout, gpu: Gpu): FusedForm[] {
  const direct = [directForm(64), directForm(256)];
  if (gpu.subgroupSize < 4) return direct;
  const lanes = gpu.subgroupSize >= 8 ? 8 : 4;
  const few = productsOf(layout) <= MOST_PRODUCTS;
  if (!updateIsFused(layout)) return [handedForm(lanes, {}), ...direct];
  const samples = { update: 'samples', updateSamples: 2, forwardSamples: 2 } as const;
  const uniform = uniformObstacle(layout, gpu) === undefined;
  return [
    ...(few ? [handedForm(lanes, { update: 'neurons', updateSamples: lanes })] : []),
    handedForm(lanes, samples),
    handedForm(lanes, { ...samples, updateSamples: 4, forwardSamples: 4 }),
    ...(uniform ? [handedForm(lanes, { ...samples, weights: 'uniform' })] : []),
    ...direct,
  ];
}

/**
 * The variant for a device that nothing was measured on.
 * Software adapters: lanes hand weights round, as measured on lavapipe (bench/RESULTS.md). Hardware: one
 * environment per invocation in the rollout, and the layered update; not measured.
 */
export function defaultForm(layout: ActorCriticLayout, gpu: Gpu): FusedForm {
  const forms = candidateForms(layout, gpu);
  return gpu.adapter.hardware ? directForm(64) : forms[0]!;
}

/**
 * The variant that a run uses; undefined for the layered kernels.
 * @param wanted by default that of `defaultForm`, where there is no obstacle
 * @throws ConfigError for a fused variant that the networks or the device do not allow.
 */
export function chooseForm(
  wanted: FusedForm | 'layered' | undefined,
  obstacle: string | undefined,
  layout: ActorCriticLayout,
  gpu: Gpu,
): FusedForm | undefined {
  if (wanted === 'layered') return undefined;
  if (!wanted) return obstacle === undefined ? defaultForm(layout, gpu) : undefined;
  const refused =
    obstacle ?? (wanted.weights === 'uniform' ? uniformObstacle(layout, gpu) : undefined);
  if (refused !== undefined) throw new ConfigError([`no such fused kernels here: ${refused}`]);
  return wanted;
}
