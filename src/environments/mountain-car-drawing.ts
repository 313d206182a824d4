/** MountainCar, both of them: the valley, the car on its slope, the flag, and the push. */
import type { Drawing, Point, ShownStep } from './drawing';
import { arrow, away, circle, curve, line, polygon } from './shapes';

// Lengths have no unit. The valley is as high as in Gymnasium's pictures.
// The car's middle moves from -1.2 to 0.6; the ground goes on by the length of its halves.
const ENDS = [-1.28, 0.68] as const;
const CAR = { halfLength: 0.075, height: 0.065, clearance: 0.03, wheelRadius: 0.03 };
const FLAG = { height: 0.2, length: 0.1, drop: 0.07 };
const WALL_HEIGHT = 0.12;
const PUSH = { distance: 0.17, length: 0.16 };
const VIEW = { left: -1.42, right: 0.82, bottom: -0.02, top: 1.28 };
/** Straight pieces of the valley. */
const PIECES = 48;

const height = (x: number): number => 0.45 * Math.sin(3 * x) + 0.55;
/** Of the valley at x, in radians. */
const slope = (x: number): number => Math.atan(1.35 * Math.cos(3 * x));

/** Points of the car's own frame, whose origin is on the ground and whose x points up the slope. */
function placed(position: number): (x: number, y: number) => Point {
  const ground: Point = [position, height(position)];
  const angle = slope(position);
  return (x, y) => away(away(ground, x, angle), y, angle + Math.PI / 2);
}

/**
 * @param goal where the flag stands
 * @param push of the car, from -1 to 1
 */
function drawValley(position: number, goal: number, push: number): Drawing {
  const hill = curve(height, ENDS, PIECES);
  const at = placed(position);
  const { halfLength, clearance, wheelRadius } = CAR;
  const top = clearance + CAR.height;
  const foot: Point = [goal, height(goal)];
  const flagTop = height(goal) + FLAG.height;
  const wall = height(ENDS[0]);
  return {
    view: VIEW,
    shapes: [
      polygon('backdrop', [ENDS[0], VIEW.bottom], ...hill, [ENDS[1], VIEW.bottom]),
      line('ink', 0.012, ...hill),
      line('ink', 0.012, [ENDS[0], wall], [ENDS[0], wall + WALL_HEIGHT]),
      line('ink', 0.012, foot, [goal, flagTop]),
      polygon(
        'goal',
        [goal, flagTop],
        [goal + FLAG.length, flagTop - FLAG.drop / 2],
        [goal, flagTop - FLAG.drop],
      ),
      polygon(
        'body',
        at(-halfLength, clearance),
        at(halfLength, clearance),
        at(halfLength * 0.75, top),
        at(-halfLength * 0.75, top),
      ),
      circle('joint', at(-halfLength * 0.6, wheelRadius), wheelRadius),
      circle('joint', at(halfLength * 0.6, wheelRadius), wheelRadius),
      ...(push === 0
        ? []
        : arrow('action', 0.014, at(0, PUSH.distance), at(push * PUSH.length, PUSH.distance))),
    ],
  };
}

type Placed = { readonly position: number };

export function drawMountainCar({ position }: Placed, { action }: ShownStep): Drawing {
  return drawValley(position, 0.5, action === undefined ? 0 : action[0]! - 1);
}

export function drawMountainCarContinuous({ position }: Placed, { action }: ShownStep): Drawing {
  return drawValley(position, 0.45, action === undefined ? 0 : action[0]!);
}
