/** What the descriptions of the five MinAtar games share. */
import { defineEnvironment, type EnvironmentDefinition } from './definition';
import { gridObservation } from './grid-observation';
import { type ChannelColors, drawChannels } from './minatar-drawing';

interface Game extends Pick<EnvironmentDefinition, 'id' | 'shader' | 'file' | 'defaults'> {
  readonly maxEpisodeSteps: number;
  /** Whether it becomes more difficult with time, unless RAMPING is 0. */
  readonly ramps: boolean;
  /** Of the minimal action set, in the package's order. */
  readonly actions: readonly string[];
  /** In the package's order. */
  readonly channels: ChannelColors;
}

export function defineMinatarGame({
  ramps,
  actions,
  channels,
  ...game
}: Game): EnvironmentDefinition {
  return defineEnvironment({
    ...game,
    source: 'Young and Tian 2019; minatar 1.0.15',
    observation: gridObservation({ rows: 10, columns: 10 }, Object.keys(channels)),
    observationFormat: 'bits',
    action: { type: 'discrete', n: actions.length, names: actions },
    params: { STICKY_PROBABILITY: 0.1, ...(ramps && { RAMPING: 1 }) },
    stepsPerSecond: 10,
    draw: drawChannels(channels),
  });
}
