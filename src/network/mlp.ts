/** A multilayer perceptron: hidden layers with one activation, then a linear last layer. */
import type { Activation } from '../config/choices';
import type { FloatType, Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { NormLayout } from '../kernels/layer-norm';
import {
  keepsPreActivation,
  type LayerLayout,
  linearBackwardInput,
  linearBackwardWeights,
  linearForward,
  type ParameterBlock,
  type SampleBlock,
  type SampleCount,
} from '../kernels/linear';
import { type DeclareTensor, Normalisation } from './normalisation';

/** A linear map, optionally with a normalization between it and its activation. */
export interface MlpLayer extends LayerLayout {
  readonly norm: NormLayout | null;
}

export interface MlpLayout {
  /** From input to output. */
  readonly layers: readonly MlpLayer[];
  readonly activation: Activation;
  /** Storage type of the outputs of hidden layers. */
  readonly storage: FloatType;
  /** Index just past its last parameter. */
  readonly end: number;
}

/**
 * Lays out a network's parameters from `start` on: per layer the weights, the bias, and with
 * normalization the gain and bias of the normalization (hidden layers only).
 */
export function layoutMlp(
  widths: readonly number[],
  activation: Activation,
  start: number,
  layerNorm = false,
): MlpLayout {
  let offset = start;
  const take = (count: number): number => {
    offset += count;
    return offset - count;
  };
  const layers = widths.slice(1).map((outputs, index) => {
    const inputs = widths[index]!;
    const linear = {
      inputs,
      outputs,
      weightOffset: take(inputs * outputs),
      biasOffset: take(outputs),
    };
    const normalised = layerNorm && index < widths.length - 2;
    const norm = normalised ? { gainOffset: take(outputs), biasOffset: take(outputs) } : null;
    return { ...linear, norm };
  });
  return { layers, activation, storage: 'f32', end: offset };
}

/** The tensors of one hidden layer, [K][rows][width][stride]. */
interface HiddenLayer {
  readonly output: Tensor;
  readonly preActivation: Tensor | undefined;
  /** Gradient with respect to the pre-activation; only if the network is trained. */
  readonly gradient: Tensor | undefined;
  readonly norm: Normalisation | undefined;
}

/** Partial sums of the gradients of all parameters. */
interface GradientTarget {
  /** [K][slices][P] */
  readonly partials: Tensor;
  readonly slices: number;
}

/** One network applied to a fixed number of samples: its scratch memory and its dispatches. */
export class Mlp {
  private readonly hidden: readonly HiddenLayer[];

  /**
   * Declares the scratch tensors.
   * @param trained whether `backward` will be called
   */
  constructor(
    private readonly runtime: Runtime,
    name: string,
    private readonly layout: MlpLayout,
    private readonly parameters: ParameterBlock,
    private readonly count: SampleCount,
    private readonly trained: boolean,
  ) {
    this.hidden = layout.layers
      .slice(0, -1)
      .map((layer, index) => this.hiddenLayer(layer, `${name} layer ${index + 1}`));
  }

  private hiddenLayer({ outputs, norm }: MlpLayer, name: string): HiddenLayer {
    const { runtime, parameters, count, trained } = this;
    const { activation, storage } = this.layout;
    const { agents, rows, stride } = count;
    const declare: DeclareTensor = (what, fields = [outputs], type = 'f32') =>
      runtime.arena.declare(`${name} ${what}`, [agents, rows, ...fields, stride], type);
    // With normalization it is kept for the backward pass alone, without it always.
    const keeps = keepsPreActivation(activation) && (trained || !norm);
    return {
      output: declare('output', [outputs], storage),
      preActivation: keeps ? declare('pre-activation', [outputs], storage) : undefined,
      gradient: trained ? declare('gradient') : undefined,
      norm: norm
        ? new Normalisation(runtime, { norm, activation, parameters, count, trained }, declare)
        : undefined,
    };
  }

  /** y = network(x), [inputs][samples] → [outputs][samples]. */
  forward(x: SampleBlock, y: SampleBlock): Dispatch[] {
    return this.layout.layers.flatMap((layer, index) => {
      const input = this.inputOf(index, x);
      const hidden = this.hidden[index];
      if (!hidden) return [this.linear(layer, 'identity', input, y)];
      const { output, preActivation, norm } = hidden;
      if (!norm) {
        const { activation } = this.layout;
        return [this.linear(layer, activation, input, block(output), preActivation)];
      }
      return [
        this.linear(layer, 'identity', input, block(norm.z)),
        norm.forward(output, preActivation),
      ];
    });
  }

  private linear(
    layer: MlpLayer,
    activation: Activation | 'identity',
    x: SampleBlock,
    y: SampleBlock,
    preActivation?: Tensor,
  ): Dispatch {
    const { parameters, count } = this;
    const options = { layer, activation, parameters, x, y, preActivation, count };
    return linearForward(this.runtime, options);
  }

  /** Gradients of the hidden layers from the gradient of the output, from last to first. */
  backward(dY: SampleBlock): Dispatch[] {
    const dispatches: Dispatch[] = [];
    for (let index = this.layout.layers.length - 1; index > 0; index--) {
      const below = this.hidden[index - 1]!;
      dispatches.push(
        linearBackwardInput(this.runtime, {
          layer: this.layout.layers[index]!,
          activation: this.layout.activation,
          parameters: this.parameters,
          dY: this.gradientOf(index, dY),
          output: below.output,
          preActivation: below.preActivation,
          dX: block(below.gradient!),
          count: this.count,
        }),
      );
      if (below.norm) dispatches.push(below.norm.backward(below.gradient!));
    }
    return dispatches;
  }

  /** Partial sums of the gradients of all parameters; after `forward` and `backward`. */
  weightGradients(x: SampleBlock, dY: SampleBlock, target: GradientTarget): Dispatch[] {
    return this.layout.layers.flatMap((layer, index) => [
      this.sumGradients(layer, this.gradientOf(index, dY), this.inputOf(index, x), target),
      ...this.normGradients(index, target),
    ]);
  }

  /** Gain and bias of a normalization act as biases without weights: their gradients are sums. */
  private normGradients(index: number, target: GradientTarget): Dispatch[] {
    const { norm, gradient: dA } = this.hidden[index] ?? {};
    if (!norm) return [];
    const { outputs } = this.layout.layers[index]!;
    return norm.gradients(dA!).map(({ offset, gradient }) => {
      const layer = { inputs: 0, outputs, weightOffset: offset, biasOffset: offset };
      return this.sumGradients(layer, block(gradient), block(gradient), target);
    });
  }

  private sumGradients(
    layer: LayerLayout,
    dY: SampleBlock,
    x: SampleBlock,
    { partials, slices }: GradientTarget,
  ): Dispatch {
    const { parameters, count } = this;
    const options = { layer, dY, x, partials, slices, parameterCount: parameters.count, count };
    return linearBackwardWeights(this.runtime, options);
  }

  /** The input of a layer's linear map. */
  private inputOf(layer: number, x: SampleBlock): SampleBlock {
    return layer === 0 ? x : block(this.hidden[layer - 1]!.output);
  }

  /** Gradient with respect to the output of a layer's linear map. */
  private gradientOf(layer: number, dY: SampleBlock): SampleBlock {
    const hidden = this.hidden[layer];
    return hidden ? block(hidden.norm ? hidden.norm.dZ : hidden.gradient!) : dY;
  }
}

/** A hidden layer's whole tensor [K][rows][width][stride]. */
function block(tensor: Tensor): SampleBlock {
  const [, rows, width, stride] = tensor.shape as [number, number, number, number];
  const rowStride = width * stride;
  return { tensor, offset: 0, agentStride: rows * rowStride, rowStride };
}
