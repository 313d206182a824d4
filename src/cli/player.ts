/** The part of a trainer that plays episodes step by step. */

import type { PlayOptions } from '../trainer/play-options';
import type { PlayedStep } from '../trainer/played-step';

export interface Player {
  play(options: PlayOptions): AsyncGenerator<PlayedStep, void, undefined>;
}
