/** The requirements of a plan's kernels on networks and devices. */
import type { Gpu } from '../gpu/device';
import { profileOf } from '../gpu/profile';
import { keepsPreActivation } from '../kernels/activations';
import { matricesPay } from '../kernels/linear/matrix-units/matrix-units';
import { type ActorCriticLayout, mostOutputs, perceptrons, widestHidden } from './actor-critic';
import {
  type ForwardPlan,
  type FusedUpdatePlan,
  isFused,
  type KernelPlan,
  subgroupLanes,
  type TiledUpdate,
  type UpdateByLaneNeurons,
  type UpdatePlan,
  usesMatrixUnits,
} from './kernel-plan';
import { mlpOf } from './mlp-layout';
import { packedWidth, QUAD_BYTES } from './packing';
import { tileSamples } from './sample-tile';

/** Neurons of a layer per subgroup, at most: as many as fit the innermost caches. */
export const SUBGROUP_WIDTH = 64;
/** The most subgroups that can share the neurons of a layer. */
export const MAX_SUBGROUPS = 4;
/** Lanes per subgroup if several subgroups share a layer. */
const SHARING_LANES = 8;
/** Widest hidden layer of fused kernels without sharing; beyond it layered kernels were faster. */
export const MAX_WIDTH = 128;
const MAX_INPUTS = 16;
/** Sums that shaders/update/tile-sums computes at once. */
const TALLY_SUMS = 8;

/** Allowed values of the sizes in plans, for callers without type checks. */
const LANE_SAMPLES = [1, 2, 4, 8];
const SUBGROUP_LANES = [4, 8];
const SIZES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'forward lane-per-sample': { samples: LANE_SAMPLES, lanes: [...SUBGROUP_LANES, 64] },
  'forward lane-per-neuron': { samples: LANE_SAMPLES, lanes: SUBGROUP_LANES },
  'update lane-per-neuron': { samples: [2, 4, 8], lanes: SUBGROUP_LANES, subgroups: [1, 2, 3, 4] },
  'update lane-per-sample': { samples: LANE_SAMPLES, lanes: SUBGROUP_LANES },
  'update tiled': { samples: [4, 8], lanes: [32, 64, 128] },
};

/** Whether networks have layers that matrix units are worth it for. */
export function hasMatrixLayers(layout: ActorCriticLayout): boolean {
  const layers = perceptrons(layout).flatMap((network) => network.layers);
  return layers.some(({ inputs, outputs }) => matricesPay(inputs, outputs));
}

/** Whether derivatives are functions of the activations alone, as fused updates require. */
export function hasFusedUpdates(layout: ActorCriticLayout): boolean {
  return !perceptrons(layout).some(({ activation }) => keepsPreActivation(activation));
}

/** The number of subgroups that must share the hidden layers so that each part fits the caches. */
export function subgroupsFor(layout: ActorCriticLayout): number {
  return Math.ceil(widestHidden(layout) / SUBGROUP_WIDTH);
}

/** The reason why the device's subgroups cannot share these networks, or undefined. */
function whyNotShared(
  layout: ActorCriticLayout,
  gpu: Gpu,
  subgroups = subgroupsFor(layout),
): string | undefined {
  const { subgroupsShareLayers } = profileOf(gpu.adapter);
  if (!subgroupsShareLayers || gpu.subgroupSize !== SHARING_LANES || gpu.subgroupsVary) {
    return `shared layers need a software adapter whose subgroups all have ${SHARING_LANES} lanes`;
  }
  // The memory of the exchange in shaders/update/subgroup-exchange.wesl.
  const bytes = 4 * SHARING_LANES * subgroups * (SUBGROUP_WIDTH + mostOutputs(layout));
  return whyNotMemory(`${subgroups} subgroups`, bytes, gpu);
}

function whyNotMemory(what: string, bytes: number, { device }: Gpu): string | undefined {
  const allowed = device.limits.maxComputeWorkgroupStorageSize;
  if (bytes <= allowed) return undefined;
  return `${what} need ${bytes} bytes of workgroup memory, the device has ${allowed}`;
}

/**
 * The reason why a device cannot run fused kernels for these networks, or undefined.
 * @param bindings storage bindings of the largest kernel
 */
export function whyNotFused(
  layout: ActorCriticLayout,
  gpu: Gpu,
  bindings: number,
): string | undefined {
  if (layout.networks.some(({ outputRow }) => outputRow === null)) {
    return 'value heads are not fused';
  }
  const other = layout.networks.find((network) => mlpOf(network.layout) === undefined);
  if (other) return `the ${other.name} is no multilayer perceptron`;
  const networks = perceptrons(layout);
  const layers = networks.flatMap((network) => network.layers);
  if (networks.some((network) => network.layers.length !== 3)) {
    return 'only networks of two hidden layers are fused';
  }
  if (layout.networks.some(({ name }) => name === 'actor and critic')) {
    return 'a shared trunk is not fused';
  }
  if (layers.some(({ norm }) => norm !== null)) return 'normalized layers are not fused';
  const isShared = hasFusedUpdates(layout) && whyNotShared(layout, gpu) === undefined;
  const maxWidth = isShared ? MAX_SUBGROUPS * SUBGROUP_WIDTH : MAX_WIDTH;
  if (widestHidden(layout) > maxWidth) return `hidden layers wider than ${maxWidth} are not fused`;
  const maxOutputs = profileOf(gpu.adapter).maxFusedOutputs;
  if (mostOutputs(layout) > maxOutputs) return `more than ${maxOutputs} outputs are not fused here`;
  if (layers[0]!.inputs > MAX_INPUTS) {
    return `observations of more than ${MAX_INPUTS} numbers are not fused`;
  }
  const allowed = gpu.device.limits.maxStorageBuffersPerShaderStage;
  if (bindings > allowed) return `they need ${bindings} storage buffers, the device has ${allowed}`;
  return undefined;
}

/** The reason why the kernels do not support the sizes of a plan, or undefined. */
function whyNotSizes(stage: 'forward' | 'update', plan: ForwardPlan | UpdatePlan) {
  if (plan.kind === 'layered') return undefined;
  const name = `${stage} ${plan.kind}`;
  const sizes = SIZES[name];
  if (!sizes) return `there is no ${name}`;
  const given = plan as unknown as Readonly<Record<string, number>>;
  const wrong = Object.entries(sizes).find(([size, allowed]) => !allowed.includes(given[size]!));
  return wrong && `${name} has ${wrong[0]} ${given[wrong[0]]}; allowed are ${wrong[1].join(', ')}`;
}

function whyNotForward({ forward, update }: KernelPlan, layout: ActorCriticLayout) {
  if (forward.kind === 'lane-per-sample' && forward.broadcast && forward.lanes === 64) {
    return `broadcasts take ${SUBGROUP_LANES.join(' or ')} lanes`;
  }
  if (forward.kind !== 'layered' && widestHidden(layout) > MAX_WIDTH) {
    return `forward passes take hidden layers of up to ${MAX_WIDTH}`;
  }
  const width = packedWidth(layout, update);
  if (forward.kind !== 'lane-per-neuron' || width <= SUBGROUP_WIDTH) return undefined;
  return `a lane per neuron takes layers of up to ${SUBGROUP_WIDTH}, here padded to ${width}`;
}

function whyNotByNeurons(
  { subgroups, samples, lanes }: UpdateByLaneNeurons,
  layout: ActorCriticLayout,
  gpu: Gpu,
): string | undefined {
  if (samples > lanes)
    return `${samples} samples of a block need as many lanes, there are ${lanes}`;
  const fewest = subgroupsFor(layout);
  if (subgroups < fewest) {
    return `layers of ${widestHidden(layout)} neurons need ${fewest} subgroups`;
  }
  return subgroups > 1 ? whyNotShared(layout, gpu, subgroups) : undefined;
}

/** The reason why a device cannot hold the tiles of samples, or undefined. */
export function whyNotTiled(
  plan: TiledUpdate,
  layout: ActorCriticLayout,
  gpu: Gpu,
): string | undefined {
  const samples = tileSamples(plan);
  const inputs = layout.actor.inputs;
  const rows = 2 * packedWidth(layout, plan) + inputs;
  const numbers = mostOutputs(layout) * samples + TALLY_SUMS * plan.lanes;
  const bytes = QUAD_BYTES * rows * (samples / 4 + 1) + 4 * numbers;
  return whyNotMemory(`tiles of ${samples} samples`, bytes, gpu);
}

function whyNotUpdate(update: FusedUpdatePlan, layout: ActorCriticLayout, gpu: Gpu) {
  if (!hasFusedUpdates(layout)) return 'the activation has no fused update';
  switch (update.kind) {
    case 'lane-per-neuron':
      return whyNotByNeurons(update, layout, gpu);
    case 'tiled':
      return whyNotTiled(update, layout, gpu);
    case 'lane-per-sample':
      return widestHidden(layout) > MAX_WIDTH
        ? `updates by samples take hidden layers of up to ${MAX_WIDTH}`
        : undefined;
  }
}

/**
 * The reason why a device cannot run these networks by a plan, or undefined.
 * @param notFused the result of `whyNotFused` for the networks
 */
export function whyNotPlan(
  plan: KernelPlan,
  layout: ActorCriticLayout,
  gpu: Gpu,
  notFused: string | undefined,
): string | undefined {
  const { forward, update } = plan;
  if (usesMatrixUnits(plan) && !gpu.matrixUnits) {
    return `no matrix units here: ${gpu.adapter.name} was opened without any`;
  }
  if (!isFused(plan)) return undefined;
  const lanes = subgroupLanes(plan);
  const problem =
    notFused ??
    whyNotSizes('forward', forward) ??
    whyNotSizes('update', update) ??
    (update.kind === 'layered' ? undefined : whyNotUpdate(update, layout, gpu)) ??
    whyNotForward(plan, layout) ??
    (lanes > Math.max(1, gpu.subgroupSize)
      ? `${lanes} lanes must lie in one subgroup, the device's have ${gpu.subgroupSize}`
      : undefined);
  return problem === undefined ? undefined : `no such fused kernels here: ${problem}`;
}
