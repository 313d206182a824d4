/**
 * Linear layers of any width, in the layered form: one dispatch per layer and direction.
 * Matrices are row-major [outputs][inputs]; samples are columns, [field][sample].
 */
import type { Activation } from '../config';
import { elementCount, type Tensor } from '../gpu/arena';
import { type Dispatch, type Kernel, read, write } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';

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

/** Lanes of a workgroup over samples and fields, and fields that one lane makes. */
interface Tile {
  readonly SAMPLE_LANES: number;
  readonly FIELD_LANES: number;
  readonly FIELDS_PER_LANE: number;
}

/** Tiles by the least number of vec4s of samples they are for: idle lanes are the waste to avoid. */
type TileTable = readonly { readonly quads: number; readonly tile: Tile }[];

/** For heads of a few fields. */
const HEAD_TILES: TileTable = [
  { quads: 32, tile: { SAMPLE_LANES: 64, FIELD_LANES: 1, FIELDS_PER_LANE: 4 } },
  { quads: 0, tile: { SAMPLE_LANES: 8, FIELD_LANES: 1, FIELDS_PER_LANE: 4 } },
];

/** For hidden layers. */
const HIDDEN_TILES: TileTable = [
  { quads: 64, tile: { SAMPLE_LANES: 64, FIELD_LANES: 1, FIELDS_PER_LANE: 16 } },
  { quads: 8, tile: { SAMPLE_LANES: 8, FIELD_LANES: 8, FIELDS_PER_LANE: 8 } },
  { quads: 2, tile: { SAMPLE_LANES: 4, FIELD_LANES: 16, FIELDS_PER_LANE: 4 } },
  { quads: 0, tile: { SAMPLE_LANES: 1, FIELD_LANES: 16, FIELDS_PER_LANE: 4 } },
];

/** Every tile sums in the same order, so the choice does not change a bit of the result. */
function tileFor(fields: number, count: SampleCount): Tile {
  const table = fields <= 8 ? HEAD_TILES : HIDDEN_TILES;
  return table.find(({ quads }) => count.stride / 4 >= quads)!.tile;
}

function tiledKernel(
  { kernels }: Runtime,
  shader: string,
  activation: Activation | 'identity',
  tile: Tile,
  { stops }: SampleCount,
): Kernel {
  const path = `kernels/activations/${activation}`;
  return kernels.kernel({
    shader,
    constants: { ...tile },
    conditions: {
      keep_pre_activation: keepsPreActivation(activation),
      stoppable: stops !== undefined,
    },
    aliases: { activation: path },
  });
}

function workgroups(fields: number, count: SampleCount, tile: Tile): [number, number, number] {
  return [
    Math.ceil(count.stride / 4 / tile.SAMPLE_LANES),
    Math.ceil(fields / (tile.FIELD_LANES * tile.FIELDS_PER_LANE)),
    count.agents * count.rows,
  ];
}

/** The uniform record of linear-tile: Y = W X with W(f, k) at the given strides. */
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
  /** In the shape of `y`; required where `keepsPreActivation`. */
  readonly preActivation?: Tensor | undefined;
  readonly count: SampleCount;
}

/** y = activation(W x + b), [inputs][samples] → [outputs][samples]. */
export function linearForward(runtime: Runtime, options: LinearForward): Dispatch {
  const { layer, activation, parameters, x, y, preActivation, count } = options;
  const tile = tileFor(layer.outputs, count);
  const kernel = tiledKernel(runtime, 'kernels/linear-forward', activation, tile, count);
  const kept = keepsPreActivation(activation) ? write(preActivation!) : undefined;
  return kernel.dispatch({
    shape: linearShape(
      { fields: layer.outputs, depth: layer.inputs, fieldStride: layer.inputs, depthStride: 1 },
      layer,
      parameters,
      x,
      y,
      count,
    ),
    tensors: [
      read(parameters.tensor),
      read(x.tensor),
      write(y.tensor),
      kept,
      count.stops && read(count.stops),
    ],
    workgroups: workgroups(layer.outputs, count, tile),
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
  readonly preActivation?: Tensor | undefined;
  readonly dX: SampleBlock;
  readonly count: SampleCount;
}

/** d_x = (Wᵀ d_y) ∘ activation'(x), [outputs][samples] → [inputs][samples]. */
export function linearBackwardInput(runtime: Runtime, options: LinearBackwardInput): Dispatch {
  const { layer, activation, parameters, dY, output, preActivation, dX, count } = options;
  const tile = tileFor(layer.inputs, count);
  const kernel = tiledKernel(runtime, 'kernels/linear-backward-input', activation, tile, count);
  const kept = keepsPreActivation(activation) ? read(preActivation!) : undefined;
  return kernel.dispatch({
    shape: linearShape(
      { fields: layer.inputs, depth: layer.outputs, fieldStride: 1, depthStride: layer.inputs },
      layer,
      parameters,
      dY,
      dX,
      count,
    ),
    tensors: [
      read(parameters.tensor),
      read(dY.tensor),
      read(output),
      write(dX.tensor),
      kept,
      count.stops && read(count.stops),
    ],
    workgroups: workgroups(layer.inputs, count, tile),
  });
}

/** Lanes over samples and 4 × 4 tiles of weights in one workgroup. */
const WEIGHT_CONSTANTS = { SAMPLE_LANES: 8, WEIGHT_TILES: 8 };
const WEIGHT_TILE = 4;
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
  const kernel = runtime.kernels.kernel({
    shader: 'kernels/linear-backward-weights',
    constants: WEIGHT_CONSTANTS,
    conditions: { stoppable: count.stops !== undefined },
  });
  const quads = count.stride / 4;
  const tiles =
    Math.max(1, Math.ceil(layer.inputs / WEIGHT_TILE)) * Math.ceil(layer.outputs / WEIGHT_TILE);
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
    },
    tensors: [read(dY.tensor), read(x.tensor), write(partials), count.stops && read(count.stops)],
    workgroups: [Math.ceil(tiles / WEIGHT_CONSTANTS.WEIGHT_TILES), slices, count.agents],
  });
}
