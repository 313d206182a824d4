/**
 * Linear layers of any width, in the layered form: one dispatch per layer and direction.
 * Matrices are row-major [outputs][inputs]; samples are columns, [field][sample].
 */
import type { Activation } from '../config';
import { elementCount, type Tensor } from '../gpu/arena';
import { type Dispatch, type Kernel, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import { type Split, splitProduct, splitWeights } from './linear-split';
import { storedAs } from './stored';

/** One layer's place within an agent's parameters. */
export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  readonly weightOffset: number;
  readonly biasOffset: number;
}

/** All agents' parameters, [K][P]. */
export interface ParameterBlock {
  readonly tensor: Tensor;
  /** P */
  readonly count: number;
}

/** Where fields × samples of every agent lie in a tensor; offsets and strides in elements. */
export interface SampleBlock {
  readonly tensor: Tensor;
  readonly offset: number;
  readonly agentStride: number;
  /** Between the blocks of one agent, where it has several. */
  readonly rowStride: number;
}

/** How many samples a dispatch covers. */
export interface SampleCount {
  /** K */
  readonly agents: number;
  /** Blocks per agent. */
  readonly rows: number;
  /** Columns per field, a multiple of 4. */
  readonly stride: number;
  /** The agents' records, where those that have `stopped` are left out. */
  readonly stops?: Tensor | undefined;
}

/** A whole tensor [K][fields][stride] as a block. */
export function wholeTensor(tensor: Tensor): SampleBlock {
  const [, ...rest] = tensor.shape;
  return { tensor, offset: 0, agentStride: elementCount(rest), rowStride: 0 };
}

/** Activations whose derivative needs the pre-activation; the forward kernel then keeps it. */
export function keepsPreActivation(activation: Activation | 'identity'): boolean {
  return activation === 'silu';
}

function productKernel(
  { kernels }: Runtime,
  { shader, constants, conditions }: Split,
  result: 'forward' | 'backward-input',
  activation: Activation | 'identity',
  { stops }: SampleCount,
  types: Readonly<Record<string, string>>,
): Kernel {
  return kernels.kernel({
    shader,
    constants,
    conditions: {
      ...conditions,
      keep_pre_activation: keepsPreActivation(activation),
      stoppable: stops !== undefined,
    },
    aliases: {
      result: `kernels/linear-results/${result}`,
      activation: `kernels/activations/${activation}`,
      ...types,
    },
  });
}

/** The uniform record of linear-product: Y = W X with W(f, k) at the given strides. */
function linearShape(
  weights: { fields: number; depth: number; fieldStride: number; depthStride: number },
  layer: LayerLayout,
  parameters: ParameterBlock,
  x: SampleBlock,
  y: SampleBlock,
  count: SampleCount,
): Record<string, number> {
  return {
    fields: weights.fields,
    depth: weights.depth,
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
  };
}

export interface LinearForward {
  readonly layer: LayerLayout;
  readonly activation: Activation | 'identity';
  readonly parameters: ParameterBlock;
  readonly x: SampleBlock;
  readonly y: SampleBlock;
  /** In the shape of `y` and stored as it is; required where `keepsPreActivation`. */
  readonly preActivation?: Tensor | undefined;
  readonly count: SampleCount;
}

/** y = activation(W x + b), [inputs][samples] → [outputs][samples]. */
export function linearForward(runtime: Runtime, options: LinearForward): Dispatch {
  const { layer, activation, parameters, x, y, preActivation, count } = options;
  const split = splitProduct(
    runtime.gpu,
    layer,
    [layer.outputs, layer.inputs],
    count,
    y.tensor.type,
  );
  const types = { x_type: storedAs(x.tensor), y_type: storedAs(y.tensor) };
  const kernel = productKernel(runtime, split, 'forward', activation, count, types);
  const kept = keepsPreActivation(activation) ? write(preActivation!) : undefined;
  return kernel.dispatch({
    shape: {
      ...linearShape(
        { fields: layer.outputs, depth: layer.inputs, fieldStride: layer.inputs, depthStride: 1 },
        layer,
        parameters,
        x,
        y,
        count,
      ),
      ...split.shape,
    },
    tensors: [
      read(parameters.tensor),
      read(x.tensor),
      write(y.tensor),
      kept,
      count.stops && read(count.stops),
    ],
    workgroups: split.workgroups,
  });
}

export interface LinearBackwardInput {
  readonly layer: LayerLayout;
  /** Of the layer below, whose output is this layer's input. */
  readonly activation: Activation;
  readonly parameters: ParameterBlock;
  readonly dY: SampleBlock;
  /** Output of the layer below, in the shape of `dX`. */
  readonly output: Tensor;
  /** Stored as `output` is. */
  readonly preActivation?: Tensor | undefined;
  readonly dX: SampleBlock;
  readonly count: SampleCount;
}

/** d_x = (Wᵀ d_y) ∘ activation'(x), [outputs][samples] → [inputs][samples]. */
export function linearBackwardInput(runtime: Runtime, options: LinearBackwardInput): Dispatch {
  const { layer, activation, parameters, dY, output, preActivation, dX, count } = options;
  const split = splitProduct(
    runtime.gpu,
    layer,
    [layer.inputs, layer.outputs],
    count,
    dX.tensor.type,
  );
  const types = { x_type: storedAs(dY.tensor), activation_type: storedAs(output) };
  const kernel = productKernel(runtime, split, 'backward-input', activation, count, types);
  const kept = keepsPreActivation(activation) ? read(preActivation!) : undefined;
  return kernel.dispatch({
    shape: {
      ...linearShape(
        { fields: layer.inputs, depth: layer.outputs, fieldStride: 1, depthStride: layer.inputs },
        layer,
        parameters,
        dY,
        dX,
        count,
      ),
      ...split.shape,
    },
    tensors: [
      read(parameters.tensor),
      read(dY.tensor),
      write(dX.tensor),
      kept,
      count.stops && read(count.stops),
      read(output),
    ],
    workgroups: split.workgroups,
  });
}

/** Vec4s of samples that make another slice worth its partial sums. */
const QUADS_PER_SLICE = 256;
const MAX_PARTIAL_FLOATS = 2 ** 24;

/**
 * Slices of the samples: a function of an agent's own sizes alone, because it fixes the order of the
 * sum, and an agent must not learn differently in company.
 */
export function weightSlices(stride: number, parameters: number): number {
  const byWork = Math.floor(stride / 4 / QUADS_PER_SLICE);
  const byMemory = Math.floor(MAX_PARTIAL_FLOATS / parameters);
  return Math.max(1, Math.min(byWork, byMemory, 32));
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
  const split = splitWeights(runtime.gpu, layer, slices, count.agents);
  const kernel = runtime.kernels.kernel({
    shader: split.shader,
    constants: split.constants,
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
      ...split.shape,
    },
    tensors: [read(dY.tensor), read(x.tensor), write(partials), count.stops && read(count.stops)],
    workgroups: split.workgroups,
  });
}
