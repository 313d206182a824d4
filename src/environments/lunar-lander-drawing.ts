/** LunarLander: the ground, the pad between its flags, the lander, the flames of its engines. */
import type { Color, Drawing, Point, Shape, ShownStep } from './drawing';
import { line, polygon } from './shapes';

/** m, about the middle of the pad */
const VIEW = { left: -10.5, right: 10.5, bottom: -3.5, top: 11 };
const GROUND = { left: -10, spacing: 2 };
const FLAG = { height: 1.6, drop: 0.3, length: 0.8 };
/** The ground points at the ends of the pad. */
const PAD = [4, 6] as const;
/** Of the hull above the place that its corners are counted from. */
const HULL_CENTER = 31 / 306;
const SCALE = 30;
const pixels = (...corners: readonly Point[]): Point[] =>
  corners.map(([x, y]) => [x / SCALE, y / SCALE]);
const HULL = pixels([17, -10], [17, 0], [14, 17], [-14, 17], [-17, 0], [-17, -10]);
const LEG = pixels([-2, -8], [2, -8], [2, 8], [-2, 8]);
const MAIN_FLAME = { top: -10 / SCALE, length: 0.9, halfWidth: 0.22 };
const SIDE_FLAME = { x: 17 / SCALE, y: 14 / SCALE, length: 0.5, halfWidth: 0.12 };

type Place = readonly [x: number, y: number, angle: number];
/** Of the centers of mass: a leg, the hull, the other leg. */
type Places = readonly [Place, Place, Place];

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** At the border of the view for what has left it. */
const shown = ([x, y]: Point): Point => [
  clamp(x, VIEW.left, VIEW.right),
  clamp(y, VIEW.bottom, VIEW.top),
];

function placed(points: readonly Point[], [x, y, angle]: Place): Point[] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return points.map(([px, py]) => shown([x + c * px - s * py, y + s * px + c * py]));
}

/** Powers of both engines, 0 to 1, and the direction of the side engine. */
function powers(action: readonly number[] | undefined): readonly [number, number, number] {
  if (!action) return [0, 0, 0];
  const [main, side] = action as readonly [number, number | undefined];
  if (side === undefined) return [main === 2 ? 1 : 0, main === 1 || main === 3 ? 1 : 0, main - 2];
  const sideways = Math.abs(side) > 0.5 ? Math.min(Math.abs(side), 1) : 0;
  return [main > 0 ? (Math.min(main, 1) + 1) / 2 : 0, sideways, Math.sign(side)];
}

function flames(place: Place, action: readonly number[] | undefined): Shape[] {
  const [main, side, direction] = powers(action);
  const flame = (...points: readonly Point[]): Shape => polygon('action', ...placed(points, place));
  const { top, length, halfWidth } = MAIN_FLAME;
  const out = -direction;
  const { x, y, length: sideLength, halfWidth: half } = SIDE_FLAME;
  return [
    ...(main > 0 ? [flame([-halfWidth, top], [halfWidth, top], [0, top - length * main])] : []),
    ...(side > 0
      ? [flame([out * x, y - half], [out * x, y + half], [out * (x + sideLength * side), y])]
      : []),
  ];
}

function flag(x: number, height: number): Shape[] {
  const top = height + FLAG.height;
  return [
    line('ink', 0.06, [x, height], [x, top]),
    polygon('goal', [x, top], [x + FLAG.length, top - FLAG.drop], [x, top - 2 * FLAG.drop]),
  ];
}

export function drawLunarLander(
  { places, ground }: { readonly places: Places; readonly ground: readonly number[] },
  { action }: ShownStep,
): Drawing {
  const surface = ground.map(
    (height, index): Point => [
      GROUND.left + GROUND.spacing * index,
      clamp(height, VIEW.bottom, VIEW.top),
    ],
  );
  const [left, hull, right] = places;
  const moon: Color = 'backdrop';
  const [hullX, hullY, turn] = hull;
  const origin: Place = [
    hullX + HULL_CENTER * Math.sin(turn),
    hullY - HULL_CENTER * Math.cos(turn),
    turn,
  ];
  return {
    view: VIEW,
    shapes: [
      polygon(moon, ...surface, [-GROUND.left, VIEW.bottom], [GROUND.left, VIEW.bottom]),
      line('muted', 0.08, ...surface),
      ...PAD.flatMap((index) => flag(...(surface[index]! as [number, number]))),
      ...flames(origin, action),
      ...[left, right].map((leg) => polygon('limb', ...placed(LEG, leg))),
      polygon('body', ...placed(HULL, origin)),
    ],
  };
}
