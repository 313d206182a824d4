/**
 * LOCKSTEP_CASES says how many cases the property tests try, 0 for none; LOCKSTEP_CASES_SEED
 * chooses others.
 */
export const CASES = Number(process.env.LOCKSTEP_CASES ?? 300);
export const SEED = Number(process.env.LOCKSTEP_CASES_SEED ?? 1);
