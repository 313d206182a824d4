/** CartPole-v1 in numbers, as Gymnasium has it. */
export const GRAVITY = 9.8; // m/s²
export const POLE_MASS = 0.1; // kg
export const TOTAL_MASS = 1.1; // kg
export const HALF_LENGTH = 0.5; // m
export const FORCE = 10; // N
export const TIME_STEP = 0.02; // s
export const POSITION_LIMIT = 2.4; // m
export const ANGLE_LIMIT = 0.20943951023931953; // rad, 12 degrees
export const MAX_EPISODE_STEPS = 500;
