/**
 * Layer normalization (Ba et al. 2016) of a hidden layer, between its linear map and its
 * activation: y = activation(gain ∘ x̂ + bias), x̂ = (z - mean) / √(variance + ε) over the fields
 * of one sample.
 */
import type { Activation } from '../config/choices';
import type { Tensor } from '../gpu/arena';
import { type Dispatch, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { keepsPreActivation } from './activations';
import type { ParameterBlock, SampleCount } from './blocks';
import { storedAs } from './stored';

/** Lanes per workgroup. They determine the order of the sums, so they must not depend on sizes. */
const NORM_LANES = { SAMPLE_LANES: 8, FIELD_LANES: 16 };

/** Offsets of gain and bias, one of each per field, within an agent's parameters. */
export interface NormLayout {
  readonly gainOffset: number;
  readonly biasOffset: number;
}

interface LayerNorm {
  readonly norm: NormLayout;
  readonly parameters: ParameterBlock;
  readonly count: SampleCount;
}

/** Results of the forward pass that the backward pass needs. */
export interface KeptNorm {
  /** 1 / √(variance + ε), [K][rows][stride] */
  readonly inverseStd: Tensor;
  /**
   * gain ∘ x̂ + bias, [K][rows][width][stride], stored as y; required where `keepsPreActivation`.
   */
  readonly preActivation?: Tensor | undefined;
}

export interface LayerNormForward extends LayerNorm {
  readonly activation: Activation;
  /** The output z of the linear map, [K][rows][width][stride]; with `kept`, overwritten by x̂. */
  readonly z: Tensor;
  /** The shape of `z`. */
  readonly y: Tensor;
  /** Inputs of the backward pass besides x̂; only if one follows. */
  readonly kept?: KeptNorm | undefined;
}

export interface LayerNormBackward extends LayerNorm {
  /** Gradient of gain ∘ x̂ + bias, [K][rows][width][stride]. */
  readonly dA: Tensor;
  /** x̂ as computed by the forward pass. */
  readonly normalized: Tensor;
  /** [K][rows][stride] */
  readonly inverseStd: Tensor;
  /** Gradient with respect to the output z of the linear map. */
  readonly dZ: Tensor;
  /** d_a ∘ x̂: the gradient of the gain for each sample. */
  readonly dGain: Tensor;
}

/** The uniform buffer of layer-norm-sum. */
function normShape({ norm, parameters, count }: LayerNorm, width: number): Record<string, number> {
  return {
    fields: width,
    quads: count.stride / 4,
    rows: count.rows,
    gain_offset: norm.gainOffset,
    bias_offset: norm.biasOffset,
    parameter_stride: parameters.count,
  };
}

function workgroups({ agents, rows, stride }: SampleCount): [number, number, number] {
  return [Math.ceil(stride / 4 / NORM_LANES.SAMPLE_LANES), 1, agents * rows];
}

/** y = activation(gain ∘ x̂ + bias), [width][samples] → [width][samples]. */
export function layerNormForward(runtime: Runtime, options: LayerNormForward): Dispatch {
  const { activation, parameters, z, y, kept, count } = options;
  const keepsInput = kept !== undefined && keepsPreActivation(activation);
  const kernel = runtime.kernels.kernel({
    shader: 'kernels/layer-norm-forward',
    constants: NORM_LANES,
    conditions: { keep_normalized: kept !== undefined, keep_pre_activation: keepsInput },
    aliases: { activation: `kernels/activations/${activation}`, y_type: storedAs(y) },
  });
  return kernel.dispatch({
    shape: normShape(options, z.shape[2]!),
    tensors: {
      parameters: read(parameters.tensor),
      z: write(z),
      y: write(y),
      inverse_std: kept ? write(kept.inverseStd) : undefined,
      pre_activation: keepsInput ? write(kept.preActivation!) : undefined,
    },
    workgroups: workgroups(count),
  });
}

/** d_z and d_gain of every sample from d_a, [width][samples] → [width][samples]. */
export function layerNormBackward(runtime: Runtime, options: LayerNormBackward): Dispatch {
  const { parameters, dA, normalized, inverseStd, dZ, dGain, count } = options;
  return runtime.kernels
    .kernel({ shader: 'kernels/layer-norm-backward', constants: NORM_LANES })
    .dispatch({
      shape: normShape(options, dA.shape[2]!),
      tensors: {
        parameters: read(parameters.tensor),
        d_a: read(dA),
        normalized: read(normalized),
        inverse_std: read(inverseStd),
        d_z: write(dZ),
        d_gain: write(dGain),
      },
      workgroups: workgroups(count),
    });
}
