/**
 * Linear layers of any width in layered kernels: one dispatch per layer and direction.
 * Matrices are row-major [outputs][inputs]; samples are columns, [field][sample].
 */
import type { Activation } from '../../config/choices';
import type { Tensor } from '../../gpu/arena';
import type { Gpu } from '../../gpu/device';
import { type Access, type Dispatch, read, write } from '../../gpu/kernel';
import { profileOf } from '../../gpu/profile';
import type { Runtime } from '../../gpu/runtime';
import { keepsPreActivation } from '../activations';
import type { LayerLayout, ParameterBlock, SampleBlock, SampleCount } from '../blocks';
import { storedAs } from '../stored';
import { planProduct, planWeightGradient } from './choose';

/** Y = W X, the product in both directions, each with its own strides of W(f, k). */
interface Product {
  readonly result: 'forward' | 'backward-input';
  readonly weights: {
    readonly fields: number;
    readonly depth: number;
    readonly fieldStride: number;
    readonly depthStride: number;
  };
  readonly layer: LayerLayout;
  readonly activation: Activation | 'identity';
  readonly parameters: ParameterBlock;
  readonly x: SampleBlock;
  readonly y: SampleBlock;
  readonly preActivation: Access | undefined;
  readonly count: SampleCount;
  /** Output of the layer below, for the backward direction. */
  readonly output?: Tensor;
}

/**
 * What gradients of samples are multiplied by before they are rounded to half precision: the losses
 * are means, so that each sample's share is small by its number. The next power of two rounds
 * nothing.
 */
function gradientScale({ rows, stride }: SampleCount): number {
  return 2 ** Math.ceil(Math.log2(rows * stride));
}

function product(runtime: Runtime, options: Product): Dispatch {
  const { result, weights, layer, activation, parameters, x, y, count, output } = options;
  const { fields, depth } = weights;
  const scale = result === 'forward' ? 1 : gradientScale(count);
  const request = { layer, fields, depth, scale, count, yType: y.tensor.type };
  const plan = planProduct(runtime, request);
  const kernel = runtime.kernels.kernel({
    shader: plan.shader,
    constants: plan.constants,
    conditions: {
      ...plan.conditions,
      keep_pre_activation: keepsPreActivation(activation),
      stoppable: count.stops !== undefined,
    },
    aliases: {
      result: `kernels/linear/results/${result}`,
      activation: `kernels/activations/${activation}`,
      x_type: storedAs(x.tensor),
      ...(output ? { activation_type: storedAs(output) } : { y_type: storedAs(y.tensor) }),
    },
  });
  return kernel.dispatch({
    shape: {
      fields,
      depth,
      quads: count.stride / 4,
      rows: count.rows,
      x_offset: x.offset / 4,
      x_agent_stride: x.agentStride / 4,
      x_row_stride: x.rowStride / 4,
      y_offset: y.offset / 4,
      y_agent_stride: y.agentStride / 4,
      y_row_stride: y.rowStride / 4,
      weight_offset: layer.weightOffset,
      weight_field_stride: weights.fieldStride,
      weight_depth_stride: weights.depthStride,
      bias_offset: layer.biasOffset,
      parameter_stride: parameters.count,
      ...plan.shape,
    },
    tensors: {
      parameters: read(parameters.tensor),
      x: read(x.tensor),
      y: write(y.tensor),
      pre_activation: keepsPreActivation(activation) ? options.preActivation! : undefined,
      agents: count.stops && read(count.stops),
      activation: output && read(output),
    },
    workgroups: plan.workgroups,
  });
}

export interface LinearForward {
  readonly layer: LayerLayout;
  readonly activation: Activation | 'identity';
  readonly parameters: ParameterBlock;
  readonly x: SampleBlock;
  readonly y: SampleBlock;
  /** Same shape and storage type as `y`; required if `keepsPreActivation`. */
  readonly preActivation?: Tensor | undefined;
  readonly count: SampleCount;
}

/** y = activation(W x + b), [inputs][samples] → [outputs][samples]. */
export function linearForward(runtime: Runtime, options: LinearForward): Dispatch {
  const { layer, preActivation } = options;
  const { inputs: depth, outputs: fields } = layer;
  return product(runtime, {
    ...options,
    result: 'forward',
    weights: { fields, depth, fieldStride: depth, depthStride: 1 },
    preActivation: preActivation && write(preActivation),
  });
}

export interface LinearBackwardInput {
  readonly layer: LayerLayout;
  /** Activation of the layer below, whose output is this layer's input. */
  readonly activation: Activation;
  readonly parameters: ParameterBlock;
  readonly dY: SampleBlock;
  /** Output of the layer below, in the shape of `dX`. */
  readonly output: Tensor;
  /** Same storage type as `output`. */
  readonly preActivation?: Tensor | undefined;
  readonly dX: SampleBlock;
  readonly count: SampleCount;
}

/** d_x = (Wᵀ d_y) ∘ activation'(x), [outputs][samples] → [inputs][samples]. */
export function linearBackwardInput(runtime: Runtime, options: LinearBackwardInput): Dispatch {
  const { layer, preActivation, dY, dX } = options;
  const { inputs: fields, outputs: depth } = layer;
  return product(runtime, {
    ...options,
    result: 'backward-input',
    weights: { fields, depth, fieldStride: 1, depthStride: fields },
    x: dY,
    y: dX,
    preActivation: preActivation && read(preActivation),
  });
}

const MAX_PARTIAL_FLOATS = 2 ** 24;

/**
 * Slices of the samples: a function of an agent's own sizes and the adapter alone, because it fixes
 * the order of the sum, and an agent must not learn differently in company.
 */
export function weightSlices({ adapter }: Gpu, stride: number, parameters: number): number {
  const { minQuads, max } = profileOf(adapter).weightSlices;
  const byWork = Math.floor(stride / 4 / minQuads);
  const byMemory = Math.floor(MAX_PARTIAL_FLOATS / parameters);
  return Math.max(1, Math.min(byWork, byMemory, max));
}

export interface LinearBackwardWeights {
  readonly layer: LayerLayout;
  readonly dY: SampleBlock;
  readonly x: SampleBlock;
  /** Partial sums [K][slices][P]. */
  readonly partials: Tensor;
  readonly slices: number;
  readonly parameterCount: number;
  readonly count: SampleCount;
}

/** Partial sums of d_W = d_y xᵀ and d_b = Σ d_y, one per slice of the samples. */
export function linearBackwardWeights(runtime: Runtime, options: LinearBackwardWeights): Dispatch {
  const { layer, dY, x, partials, slices, parameterCount, count } = options;
  const scale = gradientScale(count);
  const plan = planWeightGradient(runtime, { layer, slices, scale, agents: count.agents });
  const kernel = runtime.kernels.kernel({
    shader: plan.shader,
    constants: plan.constants,
    conditions: { stoppable: count.stops !== undefined },
    aliases: { x_type: storedAs(x.tensor) },
  });
  const quads = count.stride / 4;
  return kernel.dispatch({
    shape: {
      inputs: layer.inputs,
      outputs: layer.outputs,
      quads,
      quads_per_slice: Math.ceil(quads / slices),
      slices,
      x_offset: x.offset / 4,
      x_agent_stride: x.agentStride / 4,
      d_y_offset: dY.offset / 4,
      d_y_agent_stride: dY.agentStride / 4,
      weight_offset: layer.weightOffset,
      bias_offset: layer.biasOffset,
      parameter_stride: parameterCount,
      ...plan.shape,
    },
    tensors: {
      d_y: read(dY.tensor),
      x: read(x.tensor),
      partials: write(partials),
      agents: count.stops && read(count.stops),
    },
    workgroups: plan.workgroups,
  });
}
