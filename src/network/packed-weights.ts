/** Both networks' weights in quads beside the parameters, for the fused kernels that read them. */
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import { writeTensor } from '../gpu/readback';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock } from '../kernels/blocks';
import type { ActorCriticLayout, TrainedNetwork } from './actor-critic';
import type { KernelPlan } from './kernel-plan';
import { type PackedNetwork, type Packing, packingFor, packNetworks } from './packing';

const PACK_LANES = 64;

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
    { update }: Pick<KernelPlan, 'update'>,
  ) {
    this.packing = packNetworks(layout, packingFor(layout, update));
    const { quads } = this.packing;
    this.agents = parameters.tensor.shape[0]!;
    this.tensor = runtime.arena.declare('packed weights', [this.agents, quads, 4]);
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
      .kernel({ shader: 'network/packed-weights-pack', constants: { PACK_LANES } })
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
        shader: 'network/packed-weights-unpack',
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
    const networks = this.packing.networks.filter(({ w2Transposed }) => w2Transposed !== undefined);
    return networks.map((network) => {
      const blocks = (network.widths[0] * network.widths[1]) / 16;
      const constants = { PACK_LANES, ...this.constants(network) };
      return this.runtime.kernels
        .kernel({ shader: 'network/packed-weights-transpose', constants })
        .dispatch({
          shape: { blocks },
          tensors: { weights: write(this.tensor) },
          workgroups: [Math.ceil(blocks / PACK_LANES), 1, agents],
        });
    });
  }

  /** Constants of all kernels that read a network's weights. */
  constants(network: PackedNetwork): Record<string, number> {
    const { sections, w2Transposed, widths, inputQuads, outputs, headQuads, first } = network;
    return {
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
      ...(w2Transposed === undefined ? {} : { W2_TRANSPOSED: w2Transposed }),
      FIRST_QUAD: first,
      ...this.layoutConstants,
    };
  }

  /** Constants of the kernels that import network/packed-layout. */
  get layoutConstants(): Record<string, number> {
    const { quads, gradientQuads } = this.packing;
    return { AGENT_QUADS: quads, GRADIENT_QUADS: gradientQuads };
  }
}
