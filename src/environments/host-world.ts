/** What an environment that steps on the host has in place of a module: a batch of worlds. */

/** What `HostEnvironmentDefinition.create` gets. */
export interface HostWorldOptions {
  /** N, the environments of the batch. */
  readonly numEnvs: number;
  /** Seed of the agent whose environments they are, 0 to 4294967295. */
  readonly seed: number;
}

/** What a batch shows after a reset. */
export interface HostShown {
  /** Of all environments, [N][O] in one list: environment n begins at n · O. Finite numbers. */
  readonly observations: ArrayLike<number>;
  /** Only with `actionMask`: 1 or true for each allowed choice, [N][choices] in one list. */
  readonly masks?: ArrayLike<number | boolean> | undefined;
}

/** What a batch shows after a step. */
export interface HostStepped extends HostShown {
  /** [N], finite numbers. */
  readonly rewards: ArrayLike<number>;
  /** 1 or true where the task itself has ended, [N]. */
  readonly terminated: ArrayLike<number | boolean>;
  /** 1 or true where the world itself cuts an episode, [N]; only with `truncates`. */
  readonly truncated?: ArrayLike<number | boolean> | undefined;
}

/**
 * N environments that step together on the host. The lists that it returns are copied at once, so
 * it may return the same ones every time. Every function may return a promise instead.
 */
export interface HostWorld {
  /**
   * Begins an episode in some of the environments. The others must not change, and neither need
   * their observations be current.
   * @param environments the indices of those that begin, in rising order
   * @param seeds for each of them, a seed from which all that is random in the episode should come;
   * equal seeds must begin equal episodes
   */
  reset(environments: Uint32Array, seeds: Uint32Array): HostShown | Promise<HostShown>;
  /**
   * Takes one step in every environment. What has ended is reset by `reset` before the next step.
   * @param actions as the environments execute them, [N][A] in one list: whole numbers for choices,
   * numbers within the bounds for a box
   */
  step(actions: Float32Array): HostStepped | Promise<HostStepped>;
  /**
   * The whole state of the batch as plain data that survives JSON, for snapshots; without it, a run
   * that resumes begins new episodes.
   */
  save?(): unknown;
  /** Continues from what `save` has returned. */
  restore?(saved: unknown): void | Promise<void>;
  /** Called once when the batch is not needed any more; it may also be called during a step. */
  close?(): void | Promise<void>;
}

/** How an environment steps on the host. */
export interface HostSteps {
  /** Makes a batch; undefined where the environment was read from a file, which has none. */
  readonly create?: ((options: HostWorldOptions) => HostWorld | Promise<HostWorld>) | undefined;
  /** Whether a world may cut an episode before the time limit; default false. */
  readonly truncates?: boolean | undefined;
  /**
   * Milliseconds after which a function that has returned a promise counts as hanging; default
   * 60,000, Infinity for never.
   */
  readonly stepTimeout?: number | undefined;
}

/** Milliseconds. */
export const DEFAULT_STEP_TIMEOUT = 60_000;

/** A function of a host world threw, hung, or returned what it must not. It ends the run. */
export class HostWorldError extends Error {
  override readonly name = 'HostWorldError';
}
