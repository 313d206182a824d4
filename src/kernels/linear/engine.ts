/** What every way of computing a linear layer's products has in common. */
import type { ElementType } from '../../gpu/arena';
import type { Runtime } from '../../gpu/runtime';
import type { LayerLayout, SampleCount } from '../blocks';

/** Y = W X with `fields` of Y and `depth` of X: a layer's output, or the gradient of its input. */
export interface ProductRequest {
  readonly layer: LayerLayout;
  readonly fields: number;
  readonly depth: number;
  /** Power of two that X is multiplied by where it is rounded to half precision. */
  readonly scale: number;
  readonly count: SampleCount;
  /** What Y is stored as. */
  readonly yType: ElementType;
}

/** The gradients of a layer's weights, in sums over slices of the samples. */
export interface WeightGradientRequest {
  readonly layer: LayerLayout;
  readonly slices: number;
  /** Power of two that d_y is multiplied by where it is rounded to half precision. */
  readonly scale: number;
  /** K */
  readonly agents: number;
}

/** A kernel, and how its workgroups share the work. */
export interface LinearPlan {
  readonly shader: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly conditions?: Readonly<Record<string, boolean>>;
  /** Members of the kernel's uniform record beside those of the layer. */
  readonly shape: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number, number];
}

export type LinearDevice = Pick<Runtime, 'gpu' | 'matrixUnits'>;

/** One way of computing the products; undefined for those that are not worth it, or that it cannot do. */
export interface LinearEngine {
  /** A layer's output, or the gradient of its input. */
  product(device: LinearDevice, request: ProductRequest): LinearPlan | undefined;
  weightGradient(device: LinearDevice, request: WeightGradientRequest): LinearPlan | undefined;
}

/** Samples from which loading a workgroup's weights is worth it. */
const MIN_SAMPLES = 64;

export function hasManySamples({ rows, stride }: SampleCount): boolean {
  return rows * stride >= MIN_SAMPLES;
}
