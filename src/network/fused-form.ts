/** Which variant of the kernels a run uses: the fused forms, or the layered one that fits everything. */
import { ConfigError } from '../config/config-error';
import type { Gpu } from '../gpu/device';
import { keepsPreActivation } from '../kernels/linear';
import { matricesPay } from '../kernels/matrix-split';
import { type ActorCriticLayout, mostOutputs, widestHidden } from './actor-critic';
import { uniformBytes } from './packed-weights';
import { tileObstacle } from './sample-tile';

/** A variant of the fused kernels. Variants differ in speed and in the order of float sums. */
export interface FusedForm {
  /** What the lanes of a workgroup are while a minibatch is learned from; or the layered kernels. */
  readonly update: 'neurons' | 'samples' | 'tiles' | 'layered';
  /** Samples per invocation of an update, or per block where lanes are neurons; by tiles 4 or 8. */
  readonly updateSamples: number;
  /** Subgroups of a workgroup that share the neurons where lanes are neurons; else 1. */
  readonly teams: number;
  /** What the lanes of a workgroup are while the rollout plays and the critic judges; or the layered kernels. */
  readonly forward: 'neurons' | 'samples' | 'layered';
  /** Samples per invocation of a forward pass, at most: environments, or rows of them. */
  readonly forwardSamples: number;
  /** Invocations of a workgroup. */
  readonly lanes: number;
  /** Where weights are read from; uniform memory takes a dispatch per agent. */
  readonly weights: 'uniform' | 'storage';
  /** Whether the lanes load weights by turns and hand them round; they must lie in one subgroup. */
  readonly handedOut: boolean;
  /** Whether layered kernels multiply wide layers on the adapter's matrix units; default false. */
  readonly matrixUnits?: boolean;
}

/** A fused variant, or the layered kernels, these perhaps with wide layers on the adapter's matrix units. */
export type KernelForm = FusedForm | 'layered' | 'matrices';

/** Whether networks have layers that matrix units are worth it for. */
export function hasMatrixLayers({ networks }: ActorCriticLayout): boolean {
  const layers = networks.flatMap(({ layout }) => layout.layers);
  return layers.some(({ inputs, outputs }) => matricesPay(inputs, outputs));
}

/** Whether a variant rounds what it multiplies to half precision, for matrix units. */
export function usesMatrixUnits(form: KernelForm): boolean {
  return form === 'matrices' || (form !== 'layered' && form.matrixUnits === true);
}

/** Neurons of a layer that a team has: what fits the innermost caches. */
const TEAM_WIDTH = 64;
const MOST_TEAMS = 4;
/** Lanes of a subgroup that may be one of several teams. */
const TEAM_LANES = 8;
/** Widest hidden layers where no teams share them, beyond which the layered kernels were faster. */
const MOST_WIDTH = 128;
const MOST_INPUTS = 16;
const MOST_OUTPUTS = 128;
/** Of a software adapter, whose compiler takes half a minute for 64 (docs/log.md, "Compile time of large sizes"). */
const MOST_OUTPUTS_OF_SOFTWARE = 32;

function teamCount(layout: ActorCriticLayout): number {
  return Math.ceil(widestHidden(layout) / TEAM_WIDTH);
}

/** Why subgroups of a device cannot share these networks as teams, or undefined. */
function teamsObstacle(layout: ActorCriticLayout, gpu: Gpu): string | undefined {
  if (gpu.adapter.hardware || gpu.subgroupSize !== TEAM_LANES || gpu.subgroupsVary) {
    return `teams need a software adapter whose subgroups all have ${TEAM_LANES} lanes`;
  }
  // What they exchange, see shaders/update/neuron-teams.wesl.
  const bytes = 4 * TEAM_LANES * teamCount(layout) * (TEAM_WIDTH + mostOutputs(layout));
  const allowed = gpu.device.limits.maxComputeWorkgroupStorageSize;
  if (bytes <= allowed) return undefined;
  return `teams need ${bytes} bytes of workgroup memory, the device has ${allowed}`;
}

/** Why a device cannot learn these networks by neurons in so many teams, or undefined. */
function neuronsObstacle({ teams }: FusedForm, layout: ActorCriticLayout, gpu: Gpu) {
  const fewest = teamCount(layout);
  if (teams < fewest) return `layers of ${widestHidden(layout)} neurons need ${fewest} teams`;
  return teams > 1 ? teamsObstacle(layout, gpu) : undefined;
}

/** Why networks cannot be played and judged by neurons, whose lanes have all of a layer, or undefined. */
function forwardObstacle({ forward, teams }: FusedForm, layout: ActorCriticLayout) {
  if (forward !== 'neurons' || Math.max(teams, teamCount(layout)) === 1) return undefined;
  return `forward passes by neurons take layers of up to ${TEAM_WIDTH} and one team`;
}

/** Teams that an update by neurons needs for the networks, or undefined where there is no such update. */
function teamsFor(layout: ActorCriticLayout, gpu: Gpu): number | undefined {
  const teams = teamCount(layout);
  if (teams === 1) return teams;
  return teams <= MOST_TEAMS && teamsObstacle(layout, gpu) === undefined ? teams : undefined;
}

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
  const most =
    teamsObstacle(layout, gpu) === undefined && updateIsFused(layout)
      ? MOST_TEAMS * TEAM_WIDTH
      : MOST_WIDTH;
  if (widestHidden(layout) > most) return `hidden layers wider than ${most} are not fused`;
  const outputs = gpu.adapter.hardware ? MOST_OUTPUTS : MOST_OUTPUTS_OF_SOFTWARE;
  if (mostOutputs(layout) > outputs) return `more than ${outputs} outputs are not fused here`;
  if (layers[0]!.inputs > MOST_INPUTS) {
    return `observations of more than ${MOST_INPUTS} numbers are not fused`;
  }
  const allowed = gpu.device.limits.maxStorageBuffersPerShaderStage;
  if (bindings > allowed) return `they need ${bindings} storage buffers, the device has ${allowed}`;
  return undefined;
}

/** Whether a variant plays and judges by fused kernels too; else its forward passes are layered. */
export function forwardIsFused({ forward }: FusedForm): boolean {
  return forward !== 'layered';
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

/** A variant in words, for people. */
export function describeForm(form: KernelForm): string {
  if (form === 'layered') return 'layered';
  if (form === 'matrices') return 'layered, wide layers on matrix units in half precision';
  const { update, updateSamples, teams, forward, forwardSamples, lanes, weights, handedOut } = form;
  const played =
    forward === 'layered' ? 'rollout layered' : `rollout by ${forward} × ${forwardSamples}`;
  const shared = teams === 1 ? '' : ` in ${teams} teams`;
  const learned =
    update === 'layered'
      ? `update layered${form.matrixUnits ? ' on matrix units' : ''}`
      : `update by ${update} × ${updateSamples}${shared}`;
  const how = handedOut ? 'handed round' : 'read by every lane';
  return `fused: ${played}, ${learned}, ${lanes} lanes, weights in ${weights}, ${how}`;
}

/** A variant whose lanes hand weights round. */
function handedForm(lanes: number, rest: Partial<FusedForm>): FusedForm {
  return {
    ...{ update: 'layered', updateSamples: 1, teams: 1, forward: 'samples', forwardSamples: 8 },
    ...{ lanes, weights: 'storage', handedOut: true },
    ...rest,
  };
}

/** One environment per invocation, which reads its weights itself; the update is layered by default. */
function directForm(lanes: number, update: Partial<FusedForm> = {}): FusedForm {
  return {
    ...{ update: 'layered', updateSamples: 1, teams: 1, forward: 'samples', forwardSamples: 1 },
    ...{ lanes, weights: 'storage', handedOut: false },
    ...update,
  };
}

function layeredUpdateForms(layout: ActorCriticLayout, gpu: Gpu): FusedForm[] {
  const plain = directForm(64);
  const units = gpu.matrixUnits && hasMatrixLayers(layout);
  return units ? [plain, { ...plain, matrixUnits: true }] : [plain];
}

/** Variants for processors: few lanes, each with as much as its registers and caches hold. */
function handedForms(layout: ActorCriticLayout, gpu: Gpu): FusedForm[] {
  if (gpu.subgroupSize < 4) return [];
  const lanes = gpu.subgroupSize >= 8 ? 8 : 4;
  const played =
    widestHidden(layout) <= TEAM_WIDTH
      ? ({ forward: 'neurons', forwardSamples: 8 } as const)
      : ({ forward: 'samples', forwardSamples: 2 } as const);
  if (!updateIsFused(layout)) return [handedForm(lanes, played)];
  const teams = teamsFor(layout, gpu);
  const neurons = { update: 'neurons', updateSamples: lanes } as const;
  if (widestHidden(layout) > MOST_WIDTH) {
    return teams ? [handedForm(lanes, { ...neurons, teams, forward: 'layered' })] : [];
  }
  const samples = { update: 'samples', updateSamples: 2, forwardSamples: 2 } as const;
  const uniform = uniformObstacle(layout, gpu) === undefined;
  return [
    ...(teams ? [handedForm(lanes, { ...neurons, teams, ...played })] : []),
    handedForm(lanes, samples),
    handedForm(lanes, { ...samples, updateSamples: 4, forwardSamples: 4 }),
    ...(uniform ? [handedForm(lanes, { ...samples, weights: 'uniform' })] : []),
  ];
}

/**
 * Variants for GPUs: activations in workgroup memory. Measured on an NVIDIA H200 (bench/RESULTS.md): 128 lanes of 4
 * samples are the fastest in f32 or within 3 %; wider layers are faster layer by layer.
 */
function tileForms(layout: ActorCriticLayout, gpu: Gpu): FusedForm[] {
  if (!updateIsFused(layout) || widestHidden(layout) > TEAM_WIDTH) return [];
  const tiles = (lanes: number, updateSamples: number) =>
    directForm(lanes, { update: 'tiles', updateSamples });
  return [tiles(128, 4), tiles(64, 8)].filter(
    (form) => tileObstacle(layout, form, gpu) === undefined,
  );
}

/** Every variant that networks without an obstacle have on a device: those that the tuner times. */
export function candidateForms(layout: ActorCriticLayout, gpu: Gpu): FusedForm[] {
  const own = gpu.adapter.hardware ? tileForms(layout, gpu) : handedForms(layout, gpu);
  const played = widestHidden(layout) <= MOST_WIDTH;
  return [...own, ...(played ? layeredUpdateForms(layout, gpu) : [])];
}

/** The variant that a device runs without tuning: the first, as measured on lavapipe and an H200 (bench/RESULTS.md). */
export function defaultForm(layout: ActorCriticLayout, gpu: Gpu): FusedForm {
  return candidateForms(layout, gpu)[0]!;
}

/**
 * The variant that a run uses; undefined for the layered kernels.
 * @param wanted by default that of `defaultForm`, where there is no obstacle
 * @throws ConfigError for a variant that the networks or the device do not allow.
 */
export function chooseForm(
  wanted: KernelForm | undefined,
  obstacle: string | undefined,
  layout: ActorCriticLayout,
  gpu: Gpu,
): FusedForm | undefined {
  if (wanted && usesMatrixUnits(wanted) && !gpu.matrixUnits) {
    throw new ConfigError([`no matrix units here: ${gpu.adapter.name} was opened without any`]);
  }
  if (wanted === 'layered' || wanted === 'matrices') return undefined;
  if (!wanted) return obstacle === undefined ? defaultForm(layout, gpu) : undefined;
  const refused =
    obstacle ??
    (wanted.weights === 'uniform' ? uniformObstacle(layout, gpu) : undefined) ??
    (wanted.update === 'neurons' ? neuronsObstacle(wanted, layout, gpu) : undefined) ??
    (wanted.update === 'tiles' ? tileObstacle(layout, wanted, gpu) : undefined) ??
    forwardObstacle(wanted, layout);
  if (refused !== undefined) throw new ConfigError([`no such fused kernels here: ${refused}`]);
  return wanted;
}
