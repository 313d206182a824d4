/** The normalisation of one hidden layer: its scratch memory and its dispatches. */
import type { Activation } from '../config/choices';
import type { FloatType, Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock, SampleCount } from '../kernels/blocks';
import { layerNormBackward, layerNormForward, type NormLayout } from '../kernels/layer-norm';

/** Declares a tensor [K][rows][…fields][stride] of the layer; by default as many fields as it is wide, in f32. */
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
  /** Gradient of z, [K][rows][width][stride]. */
  readonly dZ: Tensor;
  /** The gain's gradient by sample, [K][rows][width][stride]. */
  readonly dGain: Tensor;
}

export class Normalisation {
  /** The linear map's z; x̂ after the forward pass of a trained layer. */
  readonly z: Tensor;
  private readonly tensors: TrainedTensors | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly options: NormalisationOptions,
    declare: DeclareTensor,
  ) {
    this.z = declare('normalised');
    this.tensors = options.trained
      ? {
          inverseStd: declare('inverse standard deviation', []),
          dZ: declare('gradient of the linear map'),
          dGain: declare('gradient of the gain'),
        }
      : undefined;
  }

  /** y = activation(gain ∘ x̂ + bias); `preActivation` where its derivative needs it. */
  forward(y: Tensor, preActivation: Tensor | undefined): Dispatch {
    const kept = this.tensors && { inverseStd: this.tensors.inverseStd, preActivation };
    return layerNormForward(this.runtime, { ...this.options, z: this.z, y, kept });
  }

  /** From the gradient of gain ∘ x̂ + bias to those of z and, by sample, of the gain. */
  backward(dA: Tensor): Dispatch {
    return layerNormBackward(this.runtime, {
      ...this.options,
      ...this.tensors!,
      dA,
      normalised: this.z,
    });
  }

  /** Gradient of z, after `backward`. */
  get dZ(): Tensor {
    return this.tensors!.dZ;
  }

  /** Gains and biases by their place among the parameters, and what to sum over the samples. */
  gradients(dA: Tensor): readonly { readonly offset: number; readonly gradient: Tensor }[] {
    const { gainOffset, biasOffset } = this.options.norm;
    return [
      { offset: gainOffset, gradient: this.tensors!.dGain },
      { offset: biasOffset, gradient: dA },
    ];
  }
}
