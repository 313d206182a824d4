/** LOCKSTEP_CASES and LOCKSTEP_CASES_SEED choose a longer run of the property tests, or other cases. */
export const CASES = Number(process.env.LOCKSTEP_CASES ?? 300);
export const SEED = Number(process.env.LOCKSTEP_CASES_SEED ?? 1);
