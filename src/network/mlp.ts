/** A multilayer perceptron: hidden layers of one activation, a linear last layer. */
import type { Activation } from '../config';
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
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

export interface MlpLayout {
  /** Input to output. */
  readonly layers: readonly LayerLayout[];
  readonly activation: Activation;
  /** Index just past its last parameter. */
  readonly end: number;
}

/** Lays out a network's parameters from `start` on: per layer the weights, then the bias. */
export function layoutMlp(
  widths: readonly number[],
  activation: Activation,
  start: number,
): MlpLayout {
  let offset = start;
  const layers = widths.slice(1).map((outputs, index) => {
    const inputs = widths[index]!;
    const layer = { inputs, outputs, weightOffset: offset, biasOffset: offset + inputs * outputs };
    offset = layer.biasOffset + outputs;
    return layer;
  });
  return { layers, activation, end: offset };
}

/** What a forward pass leaves behind for each hidden layer, [K][rows][width][stride]. */
interface HiddenLayer {
  readonly output: Tensor;
  readonly preActivation: Tensor | undefined;
  /** Gradient of the pre-activation; only where the pass is trained. */
  readonly gradient: Tensor | undefined;
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
    trained: boolean,
  ) {
    const { arena } = runtime;
    const { agents, rows, stride } = count;
    this.hidden = layout.layers.slice(0, -1).map(({ outputs }, index) => {
      const declare = (what: string): Tensor =>
        arena.declare(`${name} layer ${index + 1} ${what}`, [agents, rows, outputs, stride]);
      return {
        output: declare('output'),
        preActivation: keepsPreActivation(layout.activation)
          ? declare('pre-activation')
          : undefined,
        gradient: trained ? declare('gradient') : undefined,
      };
    });
  }

  /** y = network(x), [inputs][samples] → [outputs][samples]. */
  forward(x: SampleBlock, y: SampleBlock): Dispatch[] {
    const last = this.layout.layers.length - 1;
    return this.layout.layers.map((layer, index) =>
      linearForward(this.runtime, {
        layer,
        activation: index === last ? 'identity' : this.layout.activation,
        parameters: this.parameters,
        x: index === 0 ? x : this.hiddenBlock(index - 1, 'output'),
        y: index === last ? y : this.hiddenBlock(index, 'output'),
        preActivation: this.hidden[index]?.preActivation,
        count: this.count,
      }),
    );
  }

  /** Gradients of the hidden pre-activations from the gradient of the output, last to first. */
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
          dX: this.hiddenBlock(index - 1, 'gradient'),
          count: this.count,
        }),
      );
    }
    return dispatches;
  }

  /** Partial sums of the gradients of all weights and biases; after `forward` and `backward`. */
  weightGradients(
    x: SampleBlock,
    dY: SampleBlock,
    target: { readonly partials: Tensor; readonly slices: number },
  ): Dispatch[] {
    return this.layout.layers.map((layer, index) =>
      linearBackwardWeights(this.runtime, {
        layer,
        dY: this.gradientOf(index, dY),
        x: index === 0 ? x : this.hiddenBlock(index - 1, 'output'),
        partials: target.partials,
        slices: target.slices,
        parameterCount: this.parameters.count,
        count: this.count,
      }),
    );
  }

  private gradientOf(layer: number, dY: SampleBlock): SampleBlock {
    return layer === this.layout.layers.length - 1 ? dY : this.hiddenBlock(layer, 'gradient');
  }

  private hiddenBlock(index: number, what: 'output' | 'gradient'): SampleBlock {
    const tensor = this.hidden[index]![what]!;
    const [, rows, width, stride] = tensor.shape as [number, number, number, number];
    const rowStride = width * stride;
    return { tensor, offset: 0, agentStride: rows * rowStride, rowStride };
  }
}
