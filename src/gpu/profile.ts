/**
 * Every number that depends on whether an adapter is hardware or software. Tuning for a kind of
 * adapter is a change of its row. The row of hardware was measured on an NVIDIA H200 where
 * bench/RESULTS.md says so and is a guess elsewhere; that of software was measured on lavapipe.
 */
import type { AdapterDescription } from './adapter';

export interface Profile {
  /**
   * Workgroup size of reductions. Software adapters run one subgroup of 8 at a time, and barriers
   * cost.
   */
  readonly reductionLanes: number;
  /**
   * Elements per workgroup in the first of two stages; on few cores a second stage costs as much as
   * many.
   */
  readonly momentsPerGroup: number;
  /** Parameters whose gradients one workgroup sums. */
  readonly gradientsPerGroup: number;
  /** Invocations of the workgroup that averages the statistics of an update. */
  readonly statisticLanes: number;
  /** Adam: workgroup size and parameters per invocation. */
  readonly adam: { readonly lanes: number; readonly perLane: number };
  /**
   * Slices of a minibatch in a layer's weight gradients: fewest vec4s of samples in each, most
   * slices.
   */
  readonly weightSlices: { readonly minQuads: number; readonly max: number };
  /** Neurons from which a layer's kernels have one lane per neuron (kernels/linear/by-neuron). */
  readonly minNeuronsByNeuron: number;
  /**
   * Neurons on a layer's smaller side from which its weight gradients are tiled
   * (kernels/linear/tiled).
   */
  readonly minNeuronsTiled: number;
  /** Candidate kernels for a whole network (network/candidates). */
  readonly fused: 'tiled' | 'broadcast';
  /**
   * Most outputs of a network with fused kernels; compilers on the CPU take half a minute for 64.
   */
  readonly maxFusedOutputs: number;
  /** Whether several subgroups of a workgroup share the neurons of wide layers. */
  readonly subgroupsShareLayers: boolean;
  /** Agents from which one workgroup each, with a whole minibatch, keeps the device busy. */
  readonly minAgentsOfWholeMinibatches: number;
  /** Most invocations that share the rows of one quad of partial gradients. */
  readonly gradientRowLanes: number;
  /**
   * Whether large values of a program are spilled to memory (gpu/spill); drivers of GPUs do so
   * themselves.
   */
  readonly spillsLargeValues: boolean;
  /** Whether the driver compiles a kernel at its first dispatch instead of with the pipeline. */
  readonly compilesAtFirstDispatch: boolean;
}

const PROFILES: Readonly<Record<'hardware' | 'software', Profile>> = {
  hardware: {
    reductionLanes: 64,
    momentsPerGroup: 512,
    gradientsPerGroup: 128,
    statisticLanes: 256,
    adam: { lanes: 64, perLane: 8 },
    weightSlices: { minQuads: 64, max: 128 },
    minNeuronsByNeuron: Number.POSITIVE_INFINITY,
    minNeuronsTiled: 48,
    fused: 'tiled',
    maxFusedOutputs: 128,
    subgroupsShareLayers: false,
    minAgentsOfWholeMinibatches: Number.POSITIVE_INFINITY,
    gradientRowLanes: 16,
    spillsLargeValues: false,
    compilesAtFirstDispatch: false,
  },
  software: {
    reductionLanes: 8,
    momentsPerGroup: 16384,
    gradientsPerGroup: 2048,
    statisticLanes: 8,
    adam: { lanes: 8, perLane: 64 },
    weightSlices: { minQuads: 256, max: 32 },
    minNeuronsByNeuron: 9,
    minNeuronsTiled: Number.POSITIVE_INFINITY,
    fused: 'broadcast',
    maxFusedOutputs: 32,
    subgroupsShareLayers: true,
    minAgentsOfWholeMinibatches: 32,
    gradientRowLanes: 1,
    spillsLargeValues: true,
    compilesAtFirstDispatch: true,
  },
};

/** The smallest `momentsPerGroup` of all adapters, which bounds the number of partial moments. */
export const MIN_MOMENTS_PER_GROUP = Math.min(
  ...Object.values(PROFILES).map(({ momentsPerGroup }) => momentsPerGroup),
);

/** The profile of an adapter. */
export function profileOf({ hardware }: Pick<AdapterDescription, 'hardware'>): Profile {
  return PROFILES[hardware ? 'hardware' : 'software'];
}
