/** Milliseconds; a timer that is set for longer fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;
