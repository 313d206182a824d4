/** The passes of a multilayer perceptron, one kernel per layer and direction. */
import type { Activation } from '../config/choices';
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { keepsPreActivation } from '../kernels/activations';
import { type LayerLayout, type SampleBlock, wholeRows } from '../kernels/blocks';
import {
  linearBackwardInput,
  linearBackwardWeights,
  linearForward,
} from '../kernels/linear/linear';
import type { MlpLayer, MlpLayers } from './mlp-layers';
import type { GradientTarget, Network, NetworkOptions } from './network';
import { type DeclareTensor, Normalization } from './normalization';

/** What a forward pass leaves behind for each hidden layer, [K][rows][width][stride]. */
interface HiddenLayer {
  readonly output: Tensor;
  readonly preActivation: Tensor | undefined;
  /** Gradient with respect to the pre-activation; only if the network is trained. */
  readonly gradient: Tensor | undefined;
  readonly norm: Normalization | undefined;
}

/** One network applied to a fixed number of samples: its scratch memory and its dispatches. */
export class Mlp implements Network {
  private readonly hidden: readonly HiddenLayer[];

  /** Declares the scratch tensors. */
  constructor(
    private readonly runtime: Runtime,
    private readonly layout: MlpLayers,
    private readonly options: NetworkOptions,
  ) {
    this.hidden = layout.layers
      .slice(0, -1)
      .map((layer, index) => this.hiddenLayer(layer, `${options.name} layer ${index + 1}`));
  }

  private hiddenLayer({ outputs, norm }: MlpLayer, name: string): HiddenLayer {
    const { runtime } = this;
    const { parameters, count, trained, storage } = this.options;
    const { activation } = this.layout;
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
        ? new Normalization(runtime, { norm, activation, parameters, count, trained }, declare)
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
        return [this.linear(layer, activation, input, wholeRows(output), preActivation)];
      }
      return [
        this.linear(layer, 'identity', input, wholeRows(norm.z)),
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
    const { parameters, count } = this.options;
    const options = { layer, activation, parameters, x, y, preActivation, count };
    return linearForward(this.runtime, options);
  }

  /** Gradients of the hidden layers from the gradient of the output, from last to first. */
  backward(dY: SampleBlock): Dispatch[] {
    const { parameters, count } = this.options;
    const dispatches: Dispatch[] = [];
    for (let index = this.layout.layers.length - 1; index > 0; index--) {
      const below = this.hidden[index - 1]!;
      dispatches.push(
        linearBackwardInput(this.runtime, {
          layer: this.layout.layers[index]!,
          activation: this.layout.activation,
          parameters,
          dY: this.gradientOf(index, dY),
          output: below.output,
          preActivation: below.preActivation,
          dX: wholeRows(below.gradient!),
          count,
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

  /**
   * Gain and bias of a normalization are biases without weights: their gradients are plain sums.
   */
  private normGradients(index: number, target: GradientTarget): Dispatch[] {
    const { norm, gradient: dA } = this.hidden[index] ?? {};
    if (!norm) return [];
    const { outputs } = this.layout.layers[index]!;
    return norm.gradients(dA!).map(({ offset, gradient }) => {
      const layer = { inputs: 0, outputs, weightOffset: offset, biasOffset: offset };
      return this.sumGradients(layer, wholeRows(gradient), wholeRows(gradient), target);
    });
  }

  private sumGradients(
    layer: LayerLayout,
    dY: SampleBlock,
    x: SampleBlock,
    { partials, slices }: GradientTarget,
  ): Dispatch {
    const { parameters, count } = this.options;
    const options = { layer, dY, x, partials, slices, parameterCount: parameters.count, count };
    return linearBackwardWeights(this.runtime, options);
  }

  /** The input of a layer's linear map. */
  private inputOf(layer: number, x: SampleBlock): SampleBlock {
    return layer === 0 ? x : wholeRows(this.hidden[layer - 1]!.output);
  }

  /** Gradient with respect to the output of a layer's linear map. */
  private gradientOf(layer: number, dY: SampleBlock): SampleBlock {
    const hidden = this.hidden[layer];
    return hidden ? wholeRows(hidden.norm ? hidden.norm.dZ : hidden.gradient!) : dY;
  }
}
