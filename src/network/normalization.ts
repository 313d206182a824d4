/** The normalization of one hidden layer: its scratch memory and its dispatches. */
import type { Activation } from '../config/choices';
import type { FloatType, Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock, SampleCount } from '../kernels/blocks';
import { layerNormBackward, layerNormForward, type NormLayout } from '../kernels/layer-norm';

/** Declares a tensor [K][rows][…fields][stride]; `fields` defaults to [width], `type` to f32. */
export type DeclareTensor = (what: string, fields?: readonly number[], type?: FloatType) => Tensor;

export interface NormalisationOptions {
  readonly norm: NormLayout;
  readonly activation: Activation;
  readonly parameters: ParameterBlock;
  readonly count: SampleCount;
  /** Whether `backward` will be called. */
  readonly trained: boolean;
}

interface TrainedTensors {
  /** 1 / √(variance + ε), [K][rows][stride] */
  readonly inverseStd: Tensor;
  /** Gradient with respect to z, [K][rows][width][stride]. */
  readonly dZ: Tensor;
  /** Gradient of the gain for each sample, [K][rows][width][stride]. */
  readonly dGain: Tensor;
}

export class Normalization {
  /** The output z of the linear map; x̂ after the forward pass of a trained layer. */
  readonly z: Tensor;
  private readonly tensors: TrainedTensors | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly options: NormalisationOptions,
    declare: DeclareTensor,
  ) {
    this.z = declare('normalized');
    this.tensors = options.trained
      ? {
          inverseStd: declare('inverse standard deviation', []),
          dZ: declare('gradient of the linear map'),
          dGain: declare('gradient of the gain'),
        }
      : undefined;
  }

  /** y = activation(gain ∘ x̂ + bias); `preActivation` if the derivative needs it. */
  forward(y: Tensor, preActivation: Tensor | undefined): Dispatch {
    const kept = this.tensors && { inverseStd: this.tensors.inverseStd, preActivation };
    return layerNormForward(this.runtime, { ...this.options, z: this.z, y, kept });
  }

  /** Gradients of z and, for each sample, of the gain, from that of gain ∘ x̂ + bias. */
  backward(dA: Tensor): Dispatch {
    return layerNormBackward(this.runtime, {
      ...this.options,
      ...this.tensors!,
      dA,
      normalized: this.z,
    });
  }

  /** Gradient with respect to z, after `backward`. */
  get dZ(): Tensor {
    return this.tensors!.dZ;
  }

  /** Offsets of gain and bias among the parameters, each with its gradient for each sample. */
  gradients(dA: Tensor): readonly { readonly offset: number; readonly gradient: Tensor }[] {
    const { gainOffset, biasOffset } = this.options.norm;
    return [
      { offset: gainOffset, gradient: this.tensors!.dGain },
      { offset: biasOffset, gradient: dA },
    ];
  }
}
