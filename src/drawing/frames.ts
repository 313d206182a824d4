/** The states of episodes one after the other, drawn: what terminals and pictures show. */
import type { EnvironmentDefinition } from '../environments/definition';
import { drawState } from '../environments/draw';
import type { Drawing } from '../environments/drawing';
import type { PlayedStep } from '../trainer/played-step';

/** How an episode ended; `abandoned` after the steps that are allowed (`maxSteps`). */
export type Ending = 'terminated' | 'truncated' | 'abandoned';

/** A drawn state of an episode. */
export interface Frame {
  /** The state, and the action that is taken in it. */
  readonly drawing: Drawing;
  /** Number of the episode, from 0. */
  readonly episode: number;
  /** Steps before this state. */
  readonly step: number;
  /** Sum of the rewards before this state. */
  readonly sum: number;
  /** The step that begins in this state; undefined in the last state of an episode. */
  readonly played: PlayedStep | undefined;
  /** In the last state of an episode, how it ended; else undefined. */
  readonly ending: Ending | undefined;
}

/**
 * Draws the steps of `Trainer.play`, and the last state of each episode behind its last step.
 * @throws EnvironmentError where the environment's own `draw` fails; errors of the steps.
 */
export async function* framesOf(
  environment: EnvironmentDefinition,
  steps: AsyncIterable<PlayedStep>,
): AsyncGenerator<Frame, void, undefined> {
  let sum = 0;
  let before: PlayedStep | undefined;
  for await (const played of steps) {
    if (before && before.episode !== played.episode) {
      yield lastFrame(environment, before, sum);
      sum = 0;
    }
    const { episode, step, state } = played;
    const drawing = drawState(environment, state, played);
    yield { drawing, episode, step, sum, played, ending: undefined };
    sum += played.reward;
    before = played;
  }
  if (before) yield lastFrame(environment, before, sum);
}

function lastFrame(environment: EnvironmentDefinition, last: PlayedStep, sum: number): Frame {
  const { episode, step, params, nextState, nextObservation: observation } = last;
  const shown = { observation, action: undefined, reward: undefined, params };
  const drawing = drawState(environment, nextState, shown);
  return { drawing, episode, step: step + 1, sum, played: undefined, ending: endingOf(last) };
}

function endingOf({ terminated, truncated }: PlayedStep): Ending {
  if (terminated) return 'terminated';
  return truncated ? 'truncated' : 'abandoned';
}
