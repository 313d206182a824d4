/** Acrobot: two links that hang from the bar, the height to reach, and the motor's torque. */
import type { Drawing, ShownStep } from './drawing';
import { away, circle, line, turnArrow } from './shapes';

const LENGTH = 1; // m, of each link
const LINK_WIDTH = 0.16; // m
const JOINT_RADIUS = 0.11; // m
const GOAL_HEIGHT = 1; // m above the bar
const TORQUE = { radius: 0.3, width: 0.045, halfSweep: 1.1 }; // m, m, rad
const VIEW = { left: -2.3, right: 2.3, bottom: -2.3, top: 2.3 };
/** Down, from which the angles are counted, counterclockwise. */
const DOWN = -Math.PI / 2;

export function drawAcrobot(
  { angles: [first, second] }: { readonly angles: readonly [number, number] },
  { action }: ShownStep,
): Drawing {
  const bar = [0, 0] as const;
  const middle = away(bar, LENGTH, DOWN + first);
  const tip = away(middle, LENGTH, DOWN + first + second);
  const torque = action === undefined ? 0 : action[0]! - 1;
  // On the outer side of the joint, around the direction of the first link.
  const from = DOWN + first - torque * TORQUE.halfSweep;
  const to = DOWN + first + torque * TORQUE.halfSweep;
  const { radius, width } = TORQUE;
  return {
    view: VIEW,
    shapes: [
      line('goal', 0.04, [VIEW.left + 0.1, GOAL_HEIGHT], [VIEW.right - 0.1, GOAL_HEIGHT]),
      line('limb', LINK_WIDTH, bar, middle),
      line('body', LINK_WIDTH, middle, tip),
      circle('joint', bar, JOINT_RADIUS),
      circle('joint', middle, JOINT_RADIUS),
      ...(torque === 0 ? [] : turnArrow('action', width, middle, { radius, from, to })),
    ],
  };
}
