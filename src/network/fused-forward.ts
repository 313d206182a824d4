/** The forward pass of a whole network within one kernel, which imports it as `forward`. */
import type { FusedForward } from './kernel-plan';
import type { PackedWeights } from './packed-weights';
import type { PackedNetwork } from './packing';

/** Workgroups to reach before an invocation gets more samples. */
const WANTED_WORKGROUPS = 16;
/** Blocks per workgroup that outweigh the cost of loading the weights. */
const MAX_BLOCKS = 16;
/** Quads per unrolled loop when every lane loads all of them. */
const LOOP_QUADS = 8;

/** Link-time settings of a kernel with a forward pass. */
interface ForwardParts {
  readonly constants: Record<string, number>;
  readonly aliases: Record<string, string>;
  readonly conditions: Record<string, boolean>;
}

export class ForwardPass {
  private readonly agents: number;

  constructor(
    readonly packed: PackedWeights,
    private readonly plan: FusedForward,
  ) {
    this.agents = packed.tensor.shape[0]!;
  }

  /** Samples per lane for `columns` columns of every agent: a power of two. */
  samples(columns: number): number {
    const { lanes } = this.plan;
    let samples: number = this.plan.samples;
    while (samples > 1 && (this.agents * columns) / (lanes * samples) < WANTED_WORKGROUPS) {
      samples /= 2;
    }
    return samples;
  }

  /** Blocks of samples per workgroup; more than one only if it loads all weights first. */
  blocks(columns: number): number {
    if (this.plan.kind !== 'lane-per-neuron') return 1;
    const all = (this.agents * columns) / this.columnsOfBlock(columns);
    return Math.max(1, Math.min(MAX_BLOCKS, Math.floor(all / WANTED_WORKGROUPS)));
  }

  /** Columns of one block of a workgroup. */
  columnsOfBlock(columns: number): number {
    return this.plan.lanes * this.samples(columns);
  }

  /** The settings of a kernel that is dispatched over `columns` columns of every agent. */
  parts(network: PackedNetwork, columns: number): ForwardParts {
    const { kind, lanes } = this.plan;
    const broadcasts = kind === 'lane-per-neuron' || this.plan.broadcast;
    return {
      constants: {
        ...this.packed.constants(network),
        LANES: lanes,
        // Quads that the lanes load and broadcast, or else those of one unrolled loop.
        BLOCK: broadcasts ? lanes : LOOP_QUADS,
        SAMPLES: this.samples(columns),
        SUBGROUPS: 1,
      },
      aliases: {
        activation: `kernels/activations/${network.activation}`,
        forward: `network/forward-${kind}`,
      },
      conditions: { broadcast_weights: broadcasts },
    };
  }
}
