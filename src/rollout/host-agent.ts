/** The environments of one agent that step on the host: episodes, resets, what the device gets. */

import { CHOICES_PER_WORD } from '../distributions/distribution';
import { type HostWorld, HostWorldError } from '../environments/host-world';
import { CONTINUES, TERMINATED, TRUNCATED } from './episode';
import { callHost, type HostCaller } from './host-call';
import {
  checkObservations,
  checkRewards,
  type ResultReader,
  returnedList,
  returnedObject,
} from './host-results';

/** The sizes of one agent's environments. */
export interface HostSizes {
  /** N */
  readonly envs: number;
  /** O */
  readonly observationSize: number;
  /** D, the choices of a mask. */
  readonly choices: number;
  readonly maskWords: number;
}

export interface HostAgentOptions extends HostCaller, ResultReader {
  readonly sizes: HostSizes;
  /** Steps after which an episode is truncated; 0 for never. */
  readonly maxEpisodeSteps: number;
  /** Whether the world may truncate by itself. */
  readonly truncates: boolean;
  /** Where the results of a step go, [2 + 2 O + maskWords][N]; see rollout/host-step. */
  readonly outcomes: Float32Array;
  /** Where the States of the environments go, [N][O + maskWords]. */
  readonly states: Float32Array;
}

/** The seed of an environment's next episode. */
export type SeedOf = (environment: number) => number;

export class HostAgent {
  /** Steps of the running episodes, [N]. */
  readonly lengths: Uint32Array;
  private readonly rewards: Float32Array;
  private readonly endings: Float32Array;
  private readonly after: Float32Array;
  private readonly starts: Float32Array;
  private readonly masks: Float32Array;

  constructor(
    readonly world: HostWorld,
    private readonly options: HostAgentOptions,
  ) {
    const { outcomes, sizes } = options;
    const { envs, observationSize, maskWords } = sizes;
    this.lengths = new Uint32Array(envs);
    let begin = 0;
    const part = (rows: number): Float32Array => {
      const end = begin + rows * envs;
      const view = outcomes.subarray(begin, end);
      begin = end;
      return view;
    };
    this.rewards = part(1);
    this.endings = part(1);
    this.after = part(observationSize);
    this.starts = part(observationSize);
    this.masks = part(maskWords);
  }

  /** Begins an episode in every environment, and writes the States. */
  async reset(seedOf: SeedOf): Promise<void> {
    const { envs, observationSize, maskWords } = this.options.sizes;
    await this.begin(
      Uint32Array.from({ length: envs }, (_, n) => n),
      seedOf,
    );
    const { states } = this.options;
    const words = observationSize + maskWords;
    for (let n = 0; n < envs; n++) {
      states.set(this.row(this.starts, n, observationSize), n * words);
      states.set(this.row(this.masks, n, maskWords), n * words + observationSize);
    }
  }

  /**
   * Takes a step in every environment and resets those that end with it.
   * @param actions [N][A]
   * @param isHorizon whether the rollout ends and truncates all episodes
   */
  async step(actions: Float32Array, isHorizon: boolean, seedOf: SeedOf): Promise<void> {
    const { options } = this;
    const { envs, observationSize } = options.sizes;
    const returned = returnedObject(
      options,
      'step',
      await callHost(options, 'step', () => this.world.step(actions)),
      'observations, rewards, terminated',
    );
    const list = (key: string, length: number): ArrayLike<number | boolean> =>
      returnedList(options, 'step', returned, key, length);
    this.rewards.set(list('rewards', envs) as ArrayLike<number>);
    checkRewards(options, this.rewards);
    this.after.set(list('observations', envs * observationSize) as ArrayLike<number>);
    checkObservations(options, 'step', this.after, (row) => row);
    this.readMasks('step', returned, undefined);
    const truncated = returned.truncated === undefined ? undefined : list('truncated', envs);
    const ended = this.end(list('terminated', envs), truncated, isHorizon);
    if (ended.length > 0) await this.begin(Uint32Array.from(ended), seedOf);
  }

  /** Writes how the world ends its episodes, and returns the environments that must reset. */
  private end(
    terminated: ArrayLike<number | boolean>,
    truncated: ArrayLike<number | boolean> | undefined,
    isHorizon: boolean,
  ): number[] {
    const { maxEpisodeSteps } = this.options;
    const ended: number[] = [];
    for (let n = 0; n < this.lengths.length; n++) {
      const length = this.lengths[n]! + 1;
      this.lengths[n] = length;
      const isLimit = length === maxEpisodeSteps;
      const cut = Boolean(truncated?.[n]) && !terminated[n] && !isLimit;
      if (cut) this.checkCut(n, length);
      this.endings[n] = terminated[n] ? TERMINATED : cut ? TRUNCATED : CONTINUES;
      if (terminated[n] || cut || isLimit || isHorizon) ended.push(n);
    }
    return ended;
  }

  /** @throws HostWorldError where the description does not say that the world truncates. */
  private checkCut(environment: number, length: number): void {
    const { id, truncates } = this.options;
    if (truncates) return;
    throw new HostWorldError(
      `environment ${id}: step has truncated environment ${environment} after ${length} steps; ` +
        'only with truncates: true in its description can a world do so before maxEpisodeSteps',
    );
  }

  /** Begins episodes in the environments of the list, and reads what they show. */
  private async begin(environments: Uint32Array, seedOf: SeedOf): Promise<void> {
    const { options } = this;
    const { envs, observationSize } = options.sizes;
    const seeds = environments.map(seedOf);
    const returned = returnedObject(
      options,
      'reset',
      await callHost(options, 'reset', () => this.world.reset(environments.slice(), seeds)),
      'observations',
    );
    const length = envs * observationSize;
    const shown = returnedList(options, 'reset', returned, 'observations', length);
    const begun = new Float32Array(environments.length * observationSize);
    for (const [place, n] of environments.entries()) {
      for (let field = 0; field < observationSize; field++) {
        begun[place * observationSize + field] = Number(shown[n * observationSize + field]);
      }
      this.starts.set(this.row(begun, place, observationSize), n * observationSize);
      this.lengths[n] = 0;
    }
    checkObservations(options, 'reset', begun, (row) => environments[row]!);
    this.readMasks('reset', returned, environments);
  }

  /** Packs masks into words; of all environments, or of those in a list. */
  private readMasks(
    name: string,
    returned: Readonly<Record<string, unknown>>,
    environments: Uint32Array | undefined,
  ): void {
    const { options } = this;
    const { envs, choices, maskWords } = options.sizes;
    if (maskWords === 0) return;
    const masks = returnedList(options, name, returned, 'masks', envs * choices);
    const read = (n: number): void => {
      for (let word = 0; word < maskWords; word++) {
        const first = word * CHOICES_PER_WORD;
        let bits = 0;
        for (let d = first; d < Math.min(first + CHOICES_PER_WORD, choices); d++) {
          if (masks[n * choices + d]) bits += 2 ** (d - first);
        }
        this.masks[n * maskWords + word] = bits;
      }
    };
    if (environments) environments.forEach(read);
    else for (let n = 0; n < envs; n++) read(n);
  }

  private row(values: Float32Array, n: number, size: number): Float32Array {
    return values.subarray(n * size, (n + 1) * size);
  }
}
