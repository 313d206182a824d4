/**
 * The weights of both networks in the layout of the fused kernels: in quads (vec4f), with widths
 * padded to whole blocks, and with the transpose of the second layer if the update reads it.
 */
import type { Activation } from '../config/choices';
import { roundUp } from '../gpu/runtime';
import { type ActorCriticLayout, type TrainedNetwork, widestHidden } from './actor-critic';
import type { UpdatePlan } from './kernel-plan';
import type { MlpLayer } from './mlp-layers';
import { mlpOf } from './mlp-layout';
import { tileWidth } from './sample-tile';

/** Offsets of a network's sections, in quads from its first. */
export interface PackedSections {
  /** [width 1][input quads] */
  readonly w1: number;
  /** [width 1 / 4] */
  readonly b1: number;
  /** [width 2][width 1 / 4] */
  readonly w2: number;
  /** [width 2][head quads]: the neuron's bias, then its weight for each output. */
  readonly head: number;
  /** [outputs / 4] */
  readonly b3: number;
  /** [free parameters / 4], of the actor's distribution. */
  readonly free: number;
  /** End of the weights that have gradients. */
  readonly end: number;
}

export interface PackedNetwork {
  readonly name: TrainedNetwork['name'];
  readonly activation: Activation;
  readonly inputs: number;
  readonly inputQuads: number;
  /** Widths of the two hidden layers, padded. */
  readonly widths: readonly [number, number];
  readonly outputs: number;
  readonly headQuads: number;
  readonly sections: PackedSections;
  /** Offset of W2ᵀ, [width 1][width 2 / 4], in quads from the network's first, if there is one. */
  readonly w2Transposed: number | undefined;
  /**
   * First quad among the agent's weights and among its gradients, which are `sections.end` quads.
   */
  readonly first: number;
}

/** Options of the layout. */
export interface PackingOptions {
  /** Widths are padded to multiples of this number; must be a multiple of 4. */
  readonly block: number;
  /** Whether the layout includes the transposes of the second layers. */
  readonly transposed: boolean;
}

/** Quads that the lanes of a subgroup load at once, at most. */
const MAX_LOADED_QUADS = 8;

/** The layout that the kernels of an update need; those of forward passes accept any. */
export function packingFor(layout: ActorCriticLayout, update: UpdatePlan): PackingOptions {
  if (update.kind === 'tiled') return { block: tileWidth(layout, update), transposed: true };
  const subgroups = update.kind === 'lane-per-neuron' ? update.subgroups : 1;
  const transposed = update.kind === 'lane-per-sample';
  return { block: 4 * MAX_LOADED_QUADS * subgroups, transposed };
}

/** Padded width of the widest hidden layer. */
export function packedWidth(layout: ActorCriticLayout, update: UpdatePlan): number {
  return roundUp(widestHidden(layout), packingFor(layout, update).block);
}

/**
 * Numbers that one agent's optimizer has moments of: the parameters, or the packed weights with
 * their padding if it works on those.
 */
export function momentCount(layout: ActorCriticLayout, update: UpdatePlan): number {
  if (update.kind === 'layered') return layout.parameterCount;
  return 4 * placeNetworks(layout, packingFor(layout, update)).gradientQuads;
}

/**
 * The layout of one agent's moments if the optimizer works on packed weights: for every element 1 +
 * the index of its parameter, or 0 for padding. Undefined if it works on the parameters themselves.
 */
export function momentOrigins(
  layout: ActorCriticLayout,
  update: UpdatePlan,
): Uint32Array | undefined {
  if (update.kind === 'layered') return undefined;
  return gradientOrigins(packNetworks(layout, packingFor(layout, update)));
}

export interface PackedPlaces {
  readonly networks: readonly PackedNetwork[];
  /** Quads of one agent's weights, including the transposes after them. */
  readonly quads: number;
  readonly gradientQuads: number;
}

export interface Packing extends PackedPlaces {
  /** For every element of the weights: 1 + its index among the P parameters, or 0 for padding. */
  readonly origins: Uint32Array;
}

/** Bytes of a vec4f. */
export const QUAD_BYTES = 16;

const quadsFor = (elements: number): number => Math.ceil(elements / 4);

function sectionsOf(
  [width1, width2]: readonly [number, number],
  inputQuads: number,
  headQuads: number,
  outputs: number,
  free: number,
): PackedSections {
  let end = 0;
  const take = (quads: number): number => {
    end += quads;
    return end - quads;
  };
  const w1 = take(width1 * inputQuads);
  const b1 = take(width1 / 4);
  const w2 = take((width2 * width1) / 4);
  const head = take(width2 * headQuads);
  const b3 = take(quadsFor(outputs));
  const freeSection = take(quadsFor(free));
  return { w1, b1, w2, head, b3, free: freeSection, end };
}

type Layers = readonly [MlpLayer, MlpLayer, MlpLayer];

/** Pairs of an element of the packed network and a place among the parameters. */
function* elementsOf(
  { sections, w2Transposed, inputQuads, widths, headQuads }: PackedNetwork,
  [first, second, last]: Layers,
  freeOffset: number,
  freeSize: number,
): Generator<readonly [element: number, parameter: number]> {
  const { w1, b1, w2, head, b3, free } = sections;
  for (let neuron = 0; neuron < first.outputs; neuron++) {
    yield [4 * b1 + neuron, first.biasOffset + neuron];
    for (let input = 0; input < first.inputs; input++) {
      const parameter = first.weightOffset + neuron * first.inputs + input;
      yield [4 * (w1 + neuron * inputQuads) + input, parameter];
    }
  }
  for (let neuron = 0; neuron < second.outputs; neuron++) {
    const row = 4 * (head + neuron * headQuads);
    yield [row, second.biasOffset + neuron];
    for (let output = 0; output < last.outputs; output++) {
      yield [row + 1 + output, last.weightOffset + output * last.inputs + neuron];
    }
    for (let input = 0; input < second.inputs; input++) {
      const parameter = second.weightOffset + neuron * second.inputs + input;
      yield [4 * w2 + neuron * widths[0] + input, parameter];
      if (w2Transposed !== undefined) {
        yield [4 * w2Transposed + input * widths[1] + neuron, parameter];
      }
    }
  }
  for (let output = 0; output < last.outputs; output++) {
    yield [4 * b3 + output, last.biasOffset + output];
  }
  for (let index = 0; index < freeSize; index++) {
    yield [4 * free + index, freeOffset + index];
  }
}

/** The packed layout of networks, which must have exactly two hidden layers (see `whyNotFused`). */
export function placeNetworks(
  layout: ActorCriticLayout,
  { block, transposed }: PackingOptions,
): PackedPlaces {
  const networks: Omit<PackedNetwork, 'w2Transposed'>[] = [];
  let gradientQuads = 0;
  for (const { name, layout: own } of layout.networks) {
    const { layers, activation } = mlpOf(own)!;
    const [first, second, last] = layers as Layers;
    const widths = [roundUp(first.outputs, block), roundUp(second.outputs, block)] as const;
    const inputQuads = quadsFor(first.inputs);
    const headQuads = quadsFor(1 + last.outputs);
    const free = name === 'critic' ? 0 : layout.freeSize;
    const sections = sectionsOf(widths, inputQuads, headQuads, last.outputs, free);
    networks.push({
      name,
      activation,
      inputs: first.inputs,
      inputQuads,
      widths,
      outputs: last.outputs,
      headQuads,
      sections,
      first: gradientQuads,
    });
    gradientQuads += sections.end;
  }
  let quads = gradientQuads;
  const placed = networks.map((network): PackedNetwork => {
    if (!transposed) return { ...network, w2Transposed: undefined };
    const begin = quads - network.first;
    quads += (network.widths[0] * network.widths[1]) / 4;
    return { ...network, w2Transposed: begin };
  });
  return { networks: placed, quads, gradientQuads };
}

/**
 * For every element of an agent's packed gradients: 1 + the index of its parameter, or 0 for
 * padding.
 */
export function gradientOrigins({ origins, gradientQuads }: Packing): Uint32Array {
  return origins.subarray(0, 4 * gradientQuads);
}

/** Like `placeNetworks`, with the origins of all elements. */
export function packNetworks(layout: ActorCriticLayout, options: PackingOptions): Packing {
  const places = placeNetworks(layout, options);
  const { networks, quads } = places;
  const origins = new Uint32Array(4 * quads);
  for (const [index, network] of networks.entries()) {
    const { layers } = mlpOf(layout.networks[index]!.layout)!;
    const free = network.name === 'critic' ? 0 : layout.freeSize;
    for (const [element, parameter] of elementsOf(
      network,
      layers as Layers,
      layout.freeOffset,
      free,
    )) {
      origins[4 * network.first + element] = 1 + parameter;
    }
  }
  return { ...places, origins };
}
