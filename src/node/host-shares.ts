/** Shares of a batch that step in parallel, as one batch. */
import { availableParallelism } from 'node:os';
import type { HostShown, HostStepped, HostWorld } from '../environments/host-world';

/** The environments of a batch that step in one place. */
export interface HostShare {
  readonly count: number;
  readonly world: HostWorld;
}

/** Sizes of at most `most` shares of almost equal size. */
export function shareSizes(environments: number, most: number): number[] {
  const shares = Math.min(environments, most);
  return Array.from(
    { length: shares },
    (_, k) =>
      Math.floor(((k + 1) * environments) / shares) - Math.floor((k * environments) / shares),
  );
}

/** Shares that this machine steps at once; one core is left to the trainer. */
export function usualShares(): number {
  return Math.max(1, availableParallelism() - 1);
}

/** What `save` of joined shares returns. */
interface SavedShares {
  readonly counts: readonly number[];
  readonly worlds: readonly unknown[];
}

/**
 * One batch of all shares, in their order.
 * @param unit what a share steps in, for errors: "workers"
 */
export function joinShares(shares: readonly HostShare[], unit: string): HostWorld {
  const counts = shares.map(({ count }) => count);
  const begins = counts.map((_, k) => counts.slice(0, k).reduce((sum, count) => sum + count, 0));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const joined = new Joined(total);
  const each = <T>(call: (share: HostShare, k: number) => Promise<T> | T): Promise<T[]> =>
    Promise.all(shares.map(async (share, k) => call(share, k)));
  const saves = shares.every(({ world }) => world.save && world.restore);
  return {
    async reset(environments, seeds) {
      await each(async ({ world, count }, k) => {
        const begin = begins[k]!;
        const places = [...environments.keys()].filter((place) => {
          const n = environments[place]!;
          return n >= begin && n < begin + count;
        });
        if (places.length === 0) return;
        const own = Uint32Array.from(places, (place) => environments[place]! - begin);
        const shown = await world.reset(
          own,
          Uint32Array.from(places, (place) => seeds[place]!),
        );
        joined.take(shown, begin, count);
      });
      return joined.shown();
    },
    async step(actions) {
      const size = actions.length / total;
      joined.forget('truncated');
      await each(async ({ world, count }, k) => {
        const begin = begins[k]!;
        const own = actions.slice(begin * size, (begin + count) * size);
        joined.take(await world.step(own), begin, count);
      });
      return joined.stepped();
    },
    ...(saves && {
      save: async (): Promise<SavedShares> => ({
        counts,
        worlds: await each(({ world }) => world.save!()),
      }),
      async restore(saved: unknown) {
        const { counts: before, worlds } = (saved ?? {}) as Partial<SavedShares>;
        if (!Array.isArray(before) || !Array.isArray(worlds)) {
          throw new Error(`the worlds were saved without ${unit}; restore them without`);
        }
        if (`${before}` !== `${counts}`) {
          throw new Error(`the worlds were saved by ${before.length} ${unit}; use as many`);
        }
        await each(({ world }, k) => world.restore!(worlds[k]));
      },
    }),
    async close() {
      await each(({ world }) => world.close?.());
    },
  };
}

/** The lists of a whole batch, made when a share first shows its own. */
class Joined {
  private readonly lists = new Map<string, Float32Array>();

  constructor(private readonly total: number) {}

  /** Forgets a list that shares may leave out in a step: it is zeros unless one returns it. */
  forget(key: keyof HostStepped): void {
    this.lists.delete(key);
  }

  /** Copies what a share shows behind those before it. */
  take(shown: HostShown & Partial<HostStepped>, begin: number, count: number): void {
    for (const [key, list] of Object.entries(shown)) {
      if (list === undefined) continue;
      const size = list.length / count;
      const whole = this.lists.get(key) ?? new Float32Array(size * this.total);
      this.lists.set(key, whole);
      whole.set(list as ArrayLike<number>, begin * size);
    }
  }

  shown(): HostShown {
    const { observations, masks } = this.all;
    return { observations: observations!, masks };
  }

  stepped(): HostStepped {
    const { observations, masks, rewards, terminated, truncated } = this.all;
    return {
      ...{ observations: observations!, rewards: rewards!, terminated: terminated! },
      ...{ masks, truncated },
    };
  }

  private get all(): Readonly<Record<string, Float32Array>> {
    return Object.fromEntries(this.lists);
  }
}
