/** Statistics of the episodes that ended in one iteration. */

/**
 * Statistics of the episodes that ended in one iteration. Returns are undiscounted sums of the raw
 * rewards, lengths are in steps; all but `count` are NaN where it is 0.
 */
export interface EpisodeSummary {
  /** Episodes that ended. */
  readonly count: number;
  /** Mean of the returns. */
  readonly meanReturn: number;
  /** Standard deviation of the returns. */
  readonly stdReturn: number;
  /** Lowest return. */
  readonly minReturn: number;
  /** Highest return. */
  readonly maxReturn: number;
  /** Mean of the lengths. */
  readonly meanLength: number;
  /** Standard deviation of the lengths. */
  readonly stdLength: number;
  /** Length of the shortest episode. */
  readonly minLength: number;
  /** Length of the longest episode. */
  readonly maxLength: number;
}

/** The fields of `EpisodeSummary`, which are the first columns of a report. */
export const EPISODE_FIELDS = [
  'count',
  'meanReturn',
  'stdReturn',
  'minReturn',
  'maxReturn',
  'meanLength',
  'stdLength',
  'minLength',
  'maxLength',
] as const satisfies readonly (keyof EpisodeSummary)[];
