/** One step of an episode, as the host sees it. */
import type { StateFields } from '../environments/state-fields';

/** One step of an episode, as `Trainer.play` yields it. */
export interface PlayedStep {
  /** Number of the episode, from 0. */
  readonly episode: number;
  /** Steps of the episode before this one, from 0. */
  readonly step: number;
  /** The members of the environment's `struct State` before the step, by name. */
  readonly state: StateFields;
  /** The params of the episode by name: the constants, and what it has drawn from ranges. */
  readonly params: Readonly<Record<string, number>>;
  /** The state after the step; where the step ends the episode, the one in which it ended. */
  readonly nextState: StateFields;
  /** What `observe` shows of the state, O numbers in the order of the description. */
  readonly observation: readonly number[];
  /** What it shows of the state after the step. */
  readonly nextObservation: readonly number[];
  /**
   * Which values of the choices the state allowed, D entries in the order of the logits; only where
   * the environment masks its actions.
   */
  readonly mask?: readonly boolean[] | undefined;
  /** A numbers, as the environment has executed them: choices, or numbers within their bounds. */
  readonly action: readonly number[];
  /** In the environment's units, before any normalization. */
  readonly reward: number;
  /** Whether the task itself has ended with this step. */
  readonly terminated: boolean;
  /** Whether the time limit has ended the episode with this step; never together with the task. */
  readonly truncated: boolean;
}

/** What happened in a step, without its place. */
export type Happening = Omit<PlayedStep, 'episode' | 'step'>;

/** What happens in one environment in a step of `Trainer.live`. */
export type LiveState = Omit<PlayedStep, 'episode' | 'step' | 'nextState' | 'nextObservation'>;
