/** The multilayer perceptron as a kind of network. */
import type { Activation } from '../config/choices';
import type { Runtime } from '../gpu/runtime';
import { Mlp } from './mlp';
import { layOutLayers, type MlpLayer, type MlpLayers } from './mlp-layers';
import type {
  Network,
  NetworkKind,
  NetworkLayout,
  NetworkOptions,
  NetworkSizes,
  OutputStart,
  RandomNumbers,
} from './network';
import { orthogonal } from './orthogonal';

/** What an `mlp` is made of. */
export interface MlpOptions {
  /** Neurons of each hidden layer; none for a linear map. */
  readonly hiddenSizes: readonly number[];
  /** The activation of all hidden layers. */
  readonly activation: Activation;
  /** Whether hidden layers are normalized; default false. */
  readonly layerNorm?: boolean | undefined;
}

/** A multilayer perceptron, the kind that runs have by default; fused kernels know no other. */
export function mlp({ hiddenSizes, activation, layerNorm = false }: MlpOptions): NetworkKind {
  return {
    layout: ({ inputs, outputs, begin }) =>
      layoutMlp([inputs, ...hiddenSizes, outputs], activation, begin, layerNorm),
  };
}

/** Lays out the perceptron of these widths, input to output, whose parameters begin at `begin`. */
export function layoutMlp(
  widths: readonly number[],
  activation: Activation,
  begin: number,
  layerNorm = false,
): MlpLayout {
  const { layers, end } = layOutLayers(widths, begin, layerNorm);
  const sizes = { inputs: widths[0]!, outputs: widths.at(-1)!, begin };
  return new MlpLayout(sizes, end, layers, activation);
}

/** The network as a perceptron, where it is one. */
export function mlpOf(layout: NetworkLayout): MlpLayout | undefined {
  return layout instanceof MlpLayout ? layout : undefined;
}

export class MlpLayout implements NetworkLayout, MlpLayers {
  readonly inputs: number;
  readonly outputs: number;
  readonly begin: number;
  readonly scratch: number;

  constructor(
    { inputs, outputs, begin }: NetworkSizes,
    readonly end: number,
    readonly layers: readonly MlpLayer[],
    readonly activation: Activation,
  ) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.begin = begin;
    this.scratch = Math.max(1, ...layers.slice(0, -1).map((layer) => layer.outputs));
  }

  /**
   * Orthogonal weights and zero biases, gain √2 for hidden layers; normalizations start as x̂: gain
   * 1, bias 0. Each group of outputs is orthogonal for itself.
   */
  initialize(
    parameters: Float32Array,
    rng: RandomNumbers,
    outputStarts: readonly OutputStart[],
  ): void {
    for (const { inputs, outputs, weightOffset, norm } of this.layers.slice(0, -1)) {
      parameters.set(orthogonal(outputs, inputs, Math.SQRT2, rng), weightOffset);
      if (norm) parameters.fill(1, norm.gainOffset, norm.gainOffset + outputs);
    }
    const { inputs, weightOffset, biasOffset } = this.layers.at(-1)!;
    let first = 0;
    for (const { count, gain, bias } of outputStarts) {
      parameters.set(orthogonal(count, inputs, gain, rng), weightOffset + first * inputs);
      parameters.set(bias, biasOffset + first);
      first += count;
    }
  }

  create(runtime: Runtime, options: NetworkOptions): Network {
    return new Mlp(runtime, this, options);
  }

  /** The same network with `count` of its outputs, from output `first` on. */
  withOutputs(first: number, count: number): MlpLayout {
    const last = this.layers.at(-1)!;
    const head = {
      ...last,
      outputs: count,
      weightOffset: last.weightOffset + first * last.inputs,
      biasOffset: last.biasOffset + first,
    };
    const layers = [...this.layers.slice(0, -1), head];
    return new MlpLayout(
      { ...this, outputs: count },
      head.biasOffset + count,
      layers,
      this.activation,
    );
  }
}
