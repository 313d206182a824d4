/** A person against the policy: two worlds that begin alike, of which keys steer the first. */
import type { LiveState, LiveStep, Policy, SteeredState, Trainer } from '../../src/index';

/** The returns of one side. */
export interface Score {
  /** Of the episode under way. */
  readonly now: number;
  /** Of those that have ended; undefined before the first. */
  readonly best: number | undefined;
}

type Action = readonly number[] | undefined;

/** One of the two worlds. */
class Side {
  score: Score = { now: 0, best: undefined };
  private readonly live: AsyncGenerator<LiveStep, void, undefined>;
  private stepping: Promise<LiveStep | undefined> = Promise.resolve(undefined);
  private arrived: (state: SteeredState) => void = () => {};
  private decide: (action: Action) => void = () => {};
  private last: LiveState | undefined;
  private isClosed = false;

  constructor(trainer: Trainer, seed: number, policy: Policy | undefined) {
    const steer = (state: SteeredState): Action | Promise<Action> => {
      if (this.isClosed) return undefined;
      return new Promise((resolve) => {
        this.decide = resolve;
        this.arrived(state);
      });
    };
    this.live = trainer.live({ environments: 1, greedy: true, seed, policy, steer });
  }

  /** Resolves with the state in which an action is wanted. */
  async arrive(): Promise<LiveState> {
    const state = new Promise<SteeredState>((resolve) => {
      this.arrived = resolve;
    });
    this.stepping = this.live.next().then(({ value }) => value ?? undefined);
    const failed = this.stepping.then(() => new Promise<never>(() => {}));
    const { environment: _, action, ...shown } = await Promise.race([state, failed]);
    const ended = { reward: 0, terminated: false, truncated: false };
    return { ...shown, ...ended, action: this.last?.action ?? action };
  }

  /** Takes the step, with the action of the policy if none is given. */
  async act(action: Action): Promise<void> {
    this.decide(action);
    const step = await this.stepping;
    if (!step) return;
    this.last = step.at(0);
    const { reward, terminated, truncated } = this.last;
    const now = this.score.now + reward;
    const { best } = this.score;
    const isOver = terminated || truncated;
    this.score = isOver ? { now: 0, best: Math.max(now, best ?? now) } : { now, best };
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.decide(undefined);
    await this.stepping.catch(() => {});
    await this.live.return();
  }
}

export class Duel {
  private held: Action;
  /** What was pressed since the last step, which counts even where it was let go again. */
  private pressed: Action;

  /** @param tell called after each step with the scores of the person and of the policy */
  constructor(private readonly tell: (you: Score, policy: Score) => void) {}

  /**
   * @param action undefined while time is to stand still
   * @param isPressed whether somebody presses a key, and not only lets go of one
   */
  hold(action: Action, isPressed: boolean): void {
    this.held = action;
    if (isPressed) this.pressed = action;
  }

  /** Whether nothing moves until somebody presses a key. */
  get standsStill(): boolean {
    return this.held === undefined && this.pressed === undefined;
  }

  /**
   * Yields the states of both worlds, each before its step.
   * @param policy in place of the newest
   */
  async *steps(
    trainer: Trainer,
    policy: Policy | undefined,
  ): AsyncGenerator<LiveStep, void, undefined> {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const sides = [new Side(trainer, seed, policy), new Side(trainer, seed, policy)] as const;
    const [you, other] = sides;
    try {
      for (;;) {
        const states = await Promise.all(sides.map((side) => side.arrive()));
        yield { environments: 2, at: (index) => states[index]! };
        const action = this.pressed ?? this.held;
        this.pressed = undefined;
        await Promise.all([you.act(action), other.act(undefined)]);
        this.tell(you.score, other.score);
      }
    } finally {
      await Promise.all(sides.map((side) => side.close()));
    }
  }
}
