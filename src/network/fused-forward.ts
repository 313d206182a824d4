/** The forward pass of a whole network within one kernel, for the kernels that import it as `forward`. */
import type { FusedForward } from './kernel-plan';
import type { PackedWeights } from './packed-weights';
import type { PackedNetwork } from './packing';

/** Workgroups that are wanted before an invocation gets more samples. */
const WANTED_WORKGROUPS = 16;
/** Blocks of a workgroup that make up for loading its weights. */
const MAX_BLOCKS = 16;
/** Quads in one unrolled loop where every lane loads all of them. */
const LOOP_QUADS = 8;

/** What a kernel with a forward pass is linked with. */
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

  /** Samples per lane over `columns` columns of every agent; 1, 2, 4, …. */
  samples(columns: number): number {
    const { lanes } = this.plan;
    let samples: number = this.plan.samples;
    while (samples > 1 && (this.agents * columns) / (lanes * samples) < WANTED_WORKGROUPS) {
      samples /= 2;
    }
    return samples;
  }

  /** Blocks of such samples that a workgroup takes: several where it loads all weights first. */
  blocks(columns: number): number {
    if (this.plan.kind !== 'lane-per-neuron') return 1;
    const all = (this.agents * columns) / this.columnsOfBlock(columns);
    return Math.max(1, Math.min(MAX_BLOCKS, Math.floor(all / WANTED_WORKGROUPS)));
  }

  /** Columns of one block of a workgroup. */
  columnsOfBlock(columns: number): number {
    return this.plan.lanes * this.samples(columns);
  }

  /** For a kernel that is dispatched over `columns` columns of every agent. */
  parts(network: PackedNetwork, columns: number): ForwardParts {
    const { kind, lanes } = this.plan;
    const broadcasts = kind === 'lane-per-neuron' || this.plan.broadcast;
    return {
      constants: {
        ...this.packed.constants(network),
        LANES: lanes,
        // Quads that the lanes load by turns, or as many in one unrolled loop.
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
