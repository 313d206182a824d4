/**
 * Where the parameters of a multilayer perceptron lie: hidden layers of one activation, a linear
 * last layer.
 */
import type { Activation } from '../config/choices';
import type { LayerLayout } from '../kernels/blocks';
import type { NormLayout } from '../kernels/layer-norm';

/** A linear map, and between it and its activation perhaps a normalization. */
export interface MlpLayer extends LayerLayout {
  readonly norm: NormLayout | null;
}

export interface MlpLayers {
  /** Input to output. */
  readonly layers: readonly MlpLayer[];
  readonly activation: Activation;
}

/**
 * The layers, from `begin` on: per layer the weights, then the bias, then gain and bias of the
 * normalization of a hidden layer that has one.
 */
export function layOutLayers(
  widths: readonly number[],
  begin: number,
  layerNorm: boolean,
): { readonly layers: readonly MlpLayer[]; readonly end: number } {
  let offset = begin;
  const take = (count: number): number => {
    offset += count;
    return offset - count;
  };
  const layers = widths.slice(1).map((outputs, index) => {
    const inputs = widths[index]!;
    const linear = {
      inputs,
      outputs,
      weightOffset: take(inputs * outputs),
      biasOffset: take(outputs),
    };
    const normalized = layerNorm && index < widths.length - 2;
    const norm = normalized ? { gainOffset: take(outputs), biasOffset: take(outputs) } : null;
    return { ...linear, norm };
  });
  return { layers, end: offset };
}
