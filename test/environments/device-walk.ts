/** A long walk on the device beside its twin, which begins each step in the device's state. */
import type { EnvironmentDefinition } from '../../src/environments/definition';
import type { Environment } from '../reference/environment';
import type { Vector } from '../reference/linear';
import type { DeviceStates } from './device-states';
import { differenceOf, takenByDevice, takenByTwin } from './step-difference';
import type { TracedRollout, TracedSizes } from './traced-walk';
import { executedIn, firstWalker, follow, type SeededTwin, type StepPlace } from './twin-walk';
import { chooserFor } from './walk-policies';

/** A step that is not the twin's within its tolerance. */
interface OtherStep {
  /** In tolerances. */
  readonly difference: number;
  readonly text: string;
}

export class DeviceWalk {
  /** The states of the device at the start of a rollout, [N], with the steps of their episodes. */
  private walkers;
  private readonly others: OtherStep[] = [];
  /** Endings of all kinds, by their codes. */
  readonly endings = [0, 0, 0];
  readonly rewards = new Set<number>();
  private readonly seeded: SeededTwin;
  private readonly choose;
  private readonly executed;

  constructor(
    { action, id }: EnvironmentDefinition,
    twin: Environment<unknown>,
    private readonly device: DeviceStates,
    private readonly sizes: TracedSizes,
  ) {
    this.seeded = { twin, seed: sizes.seed };
    this.choose = chooserFor({ id, action }, this.seeded);
    this.executed = executedIn(action);
    this.walkers = Array.from({ length: sizes.envs }, (_, n) => firstWalker(this.seeded, n));
  }

  /** Actions for one rollout, [T][N][A]: twins go ahead, or keep their first action. */
  plan(iteration: number): Vector[][] {
    const act = (t: number, walkers: typeof this.walkers): Vector[] =>
      walkers.map(({ state }, n) => this.choose(state, { iteration, t, n }).map(Math.fround));
    const first = act(0, this.walkers);
    if (this.device.slow) return Array.from({ length: this.sizes.steps }, () => first);
    const planned = [first];
    let walkers = this.walkers;
    for (let t = 1; t < this.sizes.steps; t++) {
      const actions = planned[t - 1]!.map(this.executed);
      walkers = walkers.map(
        (walker, n) => follow(this.seeded, walker, actions[n]!, { iteration, t: t - 1, n }).next,
      );
      planned.push(act(t, walkers));
    }
    return planned;
  }

  /** Compares a rollout, and goes on from where the device has come. */
  compare(iteration: number, actions: readonly (readonly Vector[])[], walked: TracedRollout): void {
    const [begin] = walked.states;
    this.walkers = this.walkers.map(({ length }, n) => {
      return { state: this.device.stateOf(begin![n]!), length };
    });
    for (const [t, row] of actions.entries()) {
      for (const [n, action] of row.entries()) {
        this.compareStep({ iteration, t, n }, this.executed(action), walked);
      }
    }
  }

  /** Steps that differ by more than so many tolerances. */
  beyond(tolerances: number): string[] {
    return this.others.filter(({ difference }) => difference > tolerances).map(({ text }) => text);
  }

  private compareStep(place: StepPlace, action: Vector, walked: TracedRollout): void {
    const { device, seeded } = this;
    const { t, n } = place;
    const walker = this.walkers[n]!;
    const [reward, ending] = [walked.rewards[t]![n]!, Math.min(walked.endings[t]![n]!, 2)];
    const after = walked.states[t + 1]![n]!;
    const actual = takenByDevice(device, reward, ending, after);
    const expected = takenByTwin(device, follow(seeded, walker, action, place));
    this.walkers[n] = {
      state: device.stateOf(after),
      length: ending === 0 ? walker.length + 1 : 0,
    };
    this.endings[ending]! += 1;
    this.rewards.add(reward);
    const difference = differenceOf(device, actual, expected);
    if (difference <= 1) return;
    const [shown, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    const text = `${JSON.stringify(place)}: ${shown} instead of ${wanted} (${difference})`;
    this.others.push({ difference, text });
  }
}
