/** Pendulum: the rod on its axle, the place to hold it, and the motor's torque. */
import type { Drawing, ShownStep } from './drawing';
import { away, circle, line, turnArrow } from './shapes';

const LENGTH = 1; // m
const ROD_WIDTH = 0.18; // m
const MAX_TORQUE = 2; // N m
const TORQUE = { radius: 0.45, width: 0.045, sweep: 1.5 * Math.PI }; // m, m, rad at the most
const VIEW = { left: -1.35, right: 1.35, bottom: -1.35, top: 1.35 };
const UP = Math.PI / 2;

export function drawPendulum(
  { angle }: { readonly angle: number },
  { action }: ShownStep,
): Drawing {
  const axle = [0, 0] as const;
  // The angle is that from upright, counterclockwise.
  const tip = away(axle, LENGTH, UP + angle);
  const torque = action === undefined ? 0 : action[0]! / MAX_TORQUE;
  const half = (torque * TORQUE.sweep) / 2;
  // Beginning at the far side of the rod's aim, so that the arrow is open towards it.
  const middle = -UP;
  const { radius, width } = TORQUE;
  return {
    view: VIEW,
    shapes: [
      line('goal', 0.04, [0, 1.12], [0, 1.25]),
      line('limb', ROD_WIDTH, axle, tip),
      circle('ink', axle, 0.05),
      ...(Math.abs(torque) < 0.02
        ? []
        : turnArrow('action', width, axle, { radius, from: middle - half, to: middle + half })),
    ],
  };
}
