/** All parameters of both networks in one array, and its layout. */
import { initialLayers } from '../parameters';
import type { Workload } from '../workload';

/** A layer is [inputs + 1][outputs]: its weights, and its biases as the last row. */
export interface LayerLayout {
  readonly inputs: number;
  readonly outputs: number;
  readonly offset: number;
}

export type NetworkLayout = readonly [LayerLayout, LayerLayout, LayerLayout];

export interface Layout {
  readonly actor: NetworkLayout;
  readonly critic: NetworkLayout;
  /** P */
  readonly size: number;
}

export const layerSize = ({ inputs, outputs }: LayerLayout): number => (inputs + 1) * outputs;

/** @param choices the actor's outputs: 2 logits, or 1 gap between them. */
export function createLayout(hidden: number, choices: 1 | 2): Layout {
  let size = 0;
  const layer = (inputs: number, outputs: number): LayerLayout => {
    const result = { inputs, outputs, offset: size };
    size += layerSize(result);
    return result;
  };
  const network = (outputs: number): NetworkLayout => [
    layer(4, hidden),
    layer(hidden, hidden),
    layer(hidden, outputs),
  ];
  const [actor, critic] = [network(choices), network(1)];
  return { actor, critic, size };
}

/** [P] */
export function initialParameters(layout: Layout, { hidden, seed }: Workload): Float32Array {
  const parameters = new Float32Array(layout.size);
  const fill = (network: NetworkLayout, outputs: number, headGain: number): void => {
    const layers = initialLayers([4, hidden, hidden, outputs], headGain, seed);
    for (const [index, { weights }] of layers.entries()) {
      parameters.set(weights, network[index]!.offset);
    }
  };
  fill(layout.actor, 2, 0.01);
  fill(layout.critic, 1, 1);
  return parameters;
}
