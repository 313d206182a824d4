/** Sizes of the tiles of samples in tiled updates (shaders/update/sample-tile). */
import { roundUp } from '../gpu/runtime';
import { type ActorCriticLayout, widestHidden } from './actor-critic';
import type { TiledUpdate } from './kernel-plan';

/** Lanes along the samples of a tile; a workgroup's lanes divided by it lie along the neurons. */
export const SAMPLE_LANES = 8;

export function tileSamples({ samples }: TiledUpdate): number {
  return SAMPLE_LANES * samples;
}

/** Padded width of both hidden layers: one or more quads of neurons per lane along the neurons. */
export function tileWidth(layout: ActorCriticLayout, { lanes }: TiledUpdate): number {
  const quadsAtOnce = Math.max(lanes / SAMPLE_LANES, SAMPLE_LANES);
  return roundUp(widestHidden(layout), 4 * quadsAtOnce);
}
