/** Where the numbers of layers, parameters and samples lie in tensors. */
import { elementCount, type Tensor } from '../gpu/arena';

/** One layer's place within an agent's parameters. */
export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  readonly weightOffset: number;
  readonly biasOffset: number;
}

/** All agents' parameters, [K][P]. */
export interface ParameterBlock {
  /** [K][P] */
  readonly tensor: Tensor;
  /** P */
  readonly count: number;
}

/** Where fields × samples of every agent lie in a tensor; offsets and strides in elements. */
export interface SampleBlock {
  /**
   * Where the numbers lie: field f of sample s at offset + agent · agentStride + row · rowStride +
   * f · stride + s.
   */
  readonly tensor: Tensor;
  /** Of the first number, a multiple of 4, as the strides are. */
  readonly offset: number;
  /** Between agents. */
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

/** A whole tensor [K][rows][fields][stride] as blocks, one per row. */
export function wholeRows(tensor: Tensor): SampleBlock {
  const [, rows, fields, stride] = tensor.shape as [number, number, number, number];
  const rowStride = fields * stride;
  return { tensor, offset: 0, agentStride: rows * rowStride, rowStride };
}

/** A whole tensor [K][fields][stride] as a block. */
export function wholeTensor(tensor: Tensor): SampleBlock {
  const [, ...rest] = tensor.shape;
  return { tensor, offset: 0, agentStride: elementCount(rest), rowStride: 0 };
}
