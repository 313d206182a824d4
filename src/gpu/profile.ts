/**
 * What kernels get on hardware and on software adapters: every number that depends on which of the two an adapter is.
 * Tuning for a kind of adapter is a change of its row. The row of hardware was measured on an NVIDIA H200 where
 * bench/RESULTS.md says so and is a guess elsewhere; that of software adapters was measured on lavapipe.
 */
import type { AdapterDescription } from './adapter';

export interface Profile {
  /** Invocations of a workgroup that adds up. Software adapters run one subgroup of 8 at a time and pay for barriers. */
  readonly reductionLanes: number;
  /** Numbers of one workgroup in the first of two stages; a second stage costs few cores as much as many numbers. */
  readonly momentsPerGroup: number;
  /** Parameters whose gradients one workgroup sums up. */
  readonly gradientsPerGroup: number;
  /** Invocations of the workgroup that averages the statistics of an update. */
  readonly statisticLanes: number;
  /** Adam: invocations of a workgroup, and parameters of each. */
  readonly adam: { readonly lanes: number; readonly perLane: number };
  /** Slices of a minibatch in a layer's weight gradients: vec4s of samples in each at least, and slices at most. */
  readonly weightSlices: { readonly minQuads: number; readonly max: number };
  /** Neurons of a layer from which a lane is a neuron in its kernels (kernels/linear/by-neuron). */
  readonly minNeuronsByNeuron: number;
  /** Neurons on a layer's smaller side from which its weight gradients are tiled (kernels/linear/tiled). */
  readonly minNeuronsTiled: number;
  /** Which kernels of a whole network an adapter is offered (network/candidates). */
  readonly fused: 'tiled' | 'broadcast';
  /** Outputs of a network that has fused kernels; compilers on the processor take half a minute for 64. */
  readonly maxFusedOutputs: number;
  /** Whether several subgroups of a workgroup share the neurons of wide layers. */
  readonly subgroupsShareLayers: boolean;
  /** Agents that keep the device busy with one workgroup each, which then takes a whole minibatch. */
  readonly minAgentsOfWholeMinibatches: number;
  /** Invocations that share the rows of one quad of partial gradients, where there are as many rows. */
  readonly gradientRowLanes: number;
  /** Whether large values of a program are kept in memory (gpu/spill); a GPU's driver does so by itself. */
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

/** What room for the moments of any adapter's groups is declared by. */
export const MIN_MOMENTS_PER_GROUP = Math.min(
  ...Object.values(PROFILES).map(({ momentsPerGroup }) => momentsPerGroup),
);

/** The row of an adapter. */
export function profileOf({ hardware }: Pick<AdapterDescription, 'hardware'>): Profile {
  return PROFILES[hardware ? 'hardware' : 'software'];
}
