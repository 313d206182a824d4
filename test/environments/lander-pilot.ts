/** A simple pilot of LunarLander, which lands more often than not. */

const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/** The choice after an observation. */
export function pilot(observation: readonly number[]): number {
  const [x, y, vx, vy, angle, spin, first, second] = observation as readonly number[] & {
    0: number;
  };
  const stands = first! + second! > 0;
  const turn = stands ? 0 : 0.5 * (clamp(0.6 * x! + vx!, 0.4) - angle!) - spin!;
  const lift = stands ? -0.5 * vy! : 0.25 * Math.abs(x!) - 0.5 * y! - 0.5 * vy!;
  if (lift > Math.max(Math.abs(turn), 0.05)) return 2;
  if (Math.abs(turn) < 0.05) return 0;
  return turn < 0 ? 3 : 1;
}

/** A choice as the powers of the main and the side engines. */
export const throttle = (choice: number): number[] => [
  choice === 2 ? 0.6 : -0.3,
  choice === 1 ? -0.8 : choice === 3 ? 0.9 : 0.2,
];
