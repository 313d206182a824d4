/** The tiles of samples that workgroups share in a tiled update (shaders/update/sample-tile). */
import { roundUp } from '../gpu/runtime';
import { type ActorCriticLayout, widestHidden } from './actor-critic';
import type { TiledUpdate } from './kernel-plan';

/** Lanes side by side over the samples of a tile; the others of a workgroup are over its neurons. */
export const SAMPLE_LANES = 8;

export function tileSamples({ samples }: TiledUpdate): number {
  return SAMPLE_LANES * samples;
}

/** What both hidden layers are padded to: a quad of neurons for every lane over them, or several. */
export function tileWidth(layout: ActorCriticLayout, { lanes }: TiledUpdate): number {
  const quadsAtOnce = Math.max(lanes / SAMPLE_LANES, SAMPLE_LANES);
  return roundUp(widestHidden(layout), 4 * quadsAtOnce);
}
