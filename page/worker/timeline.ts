/** Policies out of the past of a run, which the worlds can show again. */
import type { Policy } from '../../src/index';

/** Most policies; when there are so many, every second one goes, and they come half as often. */
const MOST = 100;
/** Most bytes of parameters, for which fewer policies are kept where they are large. */
const MOST_BYTES = 64e6;
/** Milliseconds between two policies, at first. */
const FIRST_INTERVAL = 1000;

export class Timeline {
  /** By iteration, in ascending order. */
  private kept = new Map<number, Policy>();
  private interval = FIRST_INTERVAL;
  private keptAt = Number.NEGATIVE_INFINITY;

  /** The iterations after which a policy was kept, in ascending order. */
  get iterations(): readonly number[] {
    return [...this.kept.keys()];
  }

  /** The policy that was kept last. */
  get newest(): Policy | undefined {
    return [...this.kept.values()].at(-1);
  }

  at(iteration: number): Policy | undefined {
    return this.kept.get(iteration);
  }

  /** @param now milliseconds of any clock */
  isDue(now: number): boolean {
    return now - this.keptAt >= this.interval;
  }

  /** @param iteration not below those before */
  keep(iteration: number, policy: Policy, now: number): void {
    this.kept.set(iteration, policy);
    this.keptAt = now;
    const room = Math.floor(MOST_BYTES / policy.parameters.byteLength);
    if (this.kept.size <= Math.max(2, Math.min(MOST, room))) return;
    this.kept = new Map([...this.kept].filter((_, index) => index % 2 === 0));
    this.interval *= 2;
  }

  /** Forgets what came after an iteration, from which the run goes on. */
  goBackTo(iteration: number): void {
    this.kept = new Map([...this.kept].filter(([each]) => each <= iteration));
  }
}
