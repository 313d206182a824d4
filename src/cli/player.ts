/** The part of a trainer that plays episodes step by step. */
import type { PlayedStep } from '../trainer/play-episodes';
import type { PlayOptions } from '../trainer/play-options';

export interface Player {
  play(options: PlayOptions): AsyncGenerator<PlayedStep, void, undefined>;
}
