/** Both networks' weights in quads beside the parameters, for the fused kernels that read them. */
import type { Tensor } from '../gpu/arena';
import { type Access, type Dispatch, read, uniform, write } from '../gpu/kernel';
import { writeTensor } from '../gpu/readback';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/linear';
import type { ActorCriticLayout, TrainedNetwork } from './actor-critic';
import type { FusedForm } from './fused-form';
import {
  gradientOrigins,
  type PackedNetwork,
  type Packing,
  type PackingOptions,
  packNetworks,
  placeNetworks,
} from './packing';
import { tileWidth } from './sample-tile';

const PACK_LANES = 64;
const QUAD_BYTES = 16;
/** Lanes that a padded row is a whole number of loads for. */
const BLOCK_LANES = 8;
/** What a team's part of each width is padded to: a block of rows is loaded by all lanes at once. */
const BLOCK = 4 * BLOCK_LANES;

/** What a kernel is bound to and dispatched on to see one network of some agents. */
export interface WeightsView {
  readonly firstAgent: number;
  readonly agents: number;
  readonly access: Access;
}

/** Workgroups of a forward pass that are wanted before an invocation gets more samples. */
const WANTED_WORKGROUPS = 16;
/** Blocks of a workgroup that make up for loading its weights. */
const MOST_BLOCKS = 16;

/** Bytes of the larger network, which uniform memory shows as a whole (see `views`). */
export function uniformBytes(layout: ActorCriticLayout): number {
  const { networks } = placeNetworks(layout, { block: BLOCK, transposed: true });
  return QUAD_BYTES * Math.max(...networks.map(({ quads }) => quads));
}

function packingOptions(layout: ActorCriticLayout, form: FusedForm): PackingOptions {
  if (form.update === 'tiles') return { block: tileWidth(layout, form), transposed: true };
  return { block: BLOCK * form.teams, transposed: form.update === 'samples' };
}

/**
 * The layout of the optimizer's moments of one agent where it works on packed weights: for every element 1 + the
 * index of its parameter, or 0 for padding. Undefined where it works on the parameters themselves.
 */
export function momentOrigins(
  layout: ActorCriticLayout,
  form: FusedForm | undefined,
): Uint32Array | undefined {
  if (form === undefined || form.update === 'layered') return undefined;
  return gradientOrigins(packNetworks(layout, packingOptions(layout, form)));
}

export class PackedWeights {
  readonly packing: Packing;
  /** [K][quads] of vec4f */
  readonly tensor: Tensor;
  private readonly origins: Tensor;
  /** K */
  private readonly agents: number;

  /** Declares the tensors; `write` and `pack` fill them. */
  constructor(
    private readonly runtime: Runtime,
    layout: ActorCriticLayout,
    private readonly parameters: ParameterBlock,
    readonly form: FusedForm,
  ) {
    this.packing = packNetworks(layout, packingOptions(layout, form));
    const { quads } = this.packing;
    this.agents = parameters.tensor.shape[0]!;
    this.tensor = runtime.arena.declare(
      'packed weights',
      [this.agents, quads, 4],
      'f32',
      'uniform',
    );
    this.origins = runtime.arena.declare('packed origins', [quads, 4], 'u32');
  }

  network(name: TrainedNetwork['name']): PackedNetwork | undefined {
    return this.packing.networks.find((network) => network.name === name);
  }

  /** Writes the table of origins, once the arena is allocated. */
  write(): void {
    writeTensor(this.runtime.gpu, this.origins, this.packing.origins);
  }

  /** Copies the parameters as they are. */
  pack(): Dispatch {
    const { quads } = this.packing;
    const { agents } = this;
    return this.runtime.kernels
      .kernel({ shader: 'network/pack-weights', constants: { PACK_LANES } })
      .dispatch({
        shape: { parameters: this.parameters.count, quads },
        tensors: {
          parameters: read(this.parameters.tensor),
          origins: read(this.origins),
          packed: write(this.tensor),
        },
        workgroups: [Math.ceil(quads / PACK_LANES), 1, agents],
      });
  }

  /** Copies them back, for kernels and hosts that know nothing of packing. */
  unpack(): Dispatch {
    const { gradientQuads } = this.packing;
    const { agents } = this;
    return this.runtime.kernels
      .kernel({
        shader: 'network/unpack-weights',
        constants: { PACK_LANES, ...this.layoutConstants },
      })
      .dispatch({
        shape: { parameters: this.parameters.count },
        tensors: {
          packed: read(this.tensor),
          origins: read(this.origins),
          parameters: write(this.parameters.tensor),
        },
        workgroups: [Math.ceil(gradientQuads / PACK_LANES), 1, agents],
      });
  }

  /** Brings the transposes, where there are any, up to date with the weights. */
  transpose(): Dispatch[] {
    const { agents } = this;
    const networks = this.packing.networks.filter(
      ({ sections }) => sections.w2Transposed !== undefined,
    );
    return networks.map((network) => {
      const blocks = (network.widths[0] * network.widths[1]) / 16;
      const constants = { PACK_LANES, ...this.constants(network, 1) };
      return this.runtime.kernels
        .kernel({ shader: 'network/transpose-weights', constants })
        .dispatch({
          shape: { blocks },
          tensors: { weights: write(this.tensor) },
          workgroups: [Math.ceil(blocks / PACK_LANES), 1, agents],
        });
    });
  }

  /** One view of all agents in storage memory, or one of each in uniform memory. */
  views(network: PackedNetwork): WeightsView[] {
    const { agents } = this;
    if (this.form.weights === 'storage') {
      return [{ firstAgent: 0, agents, access: read(this.tensor) }];
    }
    return Array.from({ length: agents }, (_, agent) => ({
      firstAgent: agent,
      agents: 1,
      access: uniform(this.tensor, {
        offset: QUAD_BYTES * (agent * this.packing.quads + network.first),
        size: QUAD_BYTES * network.quads,
      }),
    }));
  }

  /** The module of the forward pass, for kernels that import it as `forward`. */
  get forwardModule(): string {
    return `network/forward-${this.form.forward}`;
  }

  /** Samples per invocation of a forward pass over `columns` columns of every agent; 1, 2, 4, …. */
  forwardSamples(columns: number): number {
    const { agents } = this;
    const { lanes, forwardSamples } = this.form;
    let samples = forwardSamples;
    while (samples > 1 && (agents * columns) / (lanes * samples) < WANTED_WORKGROUPS) samples /= 2;
    return samples;
  }

  /** The same, and blocks of such samples of a workgroup: where it loads all weights first, more than one. */
  forwardBlocks(columns: number): { samples: number; blocks: number } {
    const samples = this.forwardSamples(columns);
    if (this.form.forward !== 'neurons') return { samples, blocks: 1 };
    const all = (this.agents * columns) / (this.form.lanes * samples);
    const blocks = Math.floor(all / WANTED_WORKGROUPS);
    return { samples, blocks: Math.max(1, Math.min(MOST_BLOCKS, blocks)) };
  }

  /** Constants of the kernels that import network/register-mlp. */
  constants(network: PackedNetwork, samples: number): Record<string, number> {
    const { sections, widths, inputQuads, outputs, headQuads, first, quads } = network;
    return {
      LANES: this.form.lanes,
      // Quads that the lanes load by turns, or as many in one unrolled loop.
      BLOCK: this.form.handedOut ? this.form.lanes : BLOCK_LANES,
      SAMPLES: samples,
      TEAMS: this.form.teams,
      INPUT_QUADS: inputQuads,
      WIDTH_1: widths[0],
      WIDTH_2: widths[1],
      OUTPUTS: outputs,
      HEAD_QUADS: headQuads,
      W1: sections.w1,
      B1: sections.b1,
      W2: sections.w2,
      HEAD: sections.head,
      B3: sections.b3,
      FREE: sections.free,
      ...(sections.w2Transposed === undefined ? {} : { W2_TRANSPOSED: sections.w2Transposed }),
      FIRST_QUAD: first,
      NETWORK_QUADS: quads,
      FIRST_GRADIENT: network.firstGradient,
      ...this.layoutConstants,
    };
  }

  /** Constants of the kernels that import network/packed-layout. */
  get layoutConstants(): Record<string, number> {
    const { quads, gradientQuads } = this.packing;
    const critic = this.network('critic');
    return {
      AGENT_QUADS: quads,
      GRADIENT_QUADS: gradientQuads,
      CRITIC_QUAD: critic?.firstGradient ?? gradientQuads,
      CRITIC_GAP: critic ? critic.first - critic.firstGradient : 0,
    };
  }

  get conditions(): Record<string, boolean> {
    const { weights, handedOut, lanes, teams } = this.form;
    return {
      teams: teams > 1,
      uniform_weights: weights === 'uniform',
      handed_out: handedOut,
      lanes_4: lanes === 4,
    };
  }
}
