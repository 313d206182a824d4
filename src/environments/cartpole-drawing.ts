/** CartPole: the cart on its rail between the two limits, the pole, and the push. */
import type { Drawing, ShownStep } from './drawing';
import { arrow, away, circle, line, rectangle } from './shapes';

const POSITION_LIMIT = 2.4; // m
const HALF_LENGTH = 0.5; // m, of the usual pole
const POLE_WIDTH = 0.08; // m
const CART = { halfWidth: 0.22, height: 0.24 }; // m
const HINGE = 0.05; // m above the middle of the cart
const LIMIT_HEIGHT = 0.16; // m
const PUSH = { length: 0.42, height: -0.32 }; // m
const VIEW = { left: -2.95, right: 2.95, bottom: -0.55, top: 1.3 };

export function drawCartpole(
  { position, angle }: { readonly position: number; readonly angle: number },
  { action, params = {} }: ShownStep,
): Drawing {
  const { HALF_LENGTH: half = HALF_LENGTH } = params;
  const hinge = [position, HINGE] as const;
  // The angle is that from upright, to the right.
  const tip = away(hinge, 2 * half, Math.PI / 2 - angle);
  const way = action === undefined ? 0 : action[0] === 1 ? 1 : -1;
  const { halfWidth, height } = CART;
  return {
    view: VIEW,
    shapes: [
      line('muted', 0.03, [VIEW.left + 0.1, 0], [VIEW.right - 0.1, 0]),
      ...[-POSITION_LIMIT, POSITION_LIMIT].map((x) =>
        line('muted', 0.03, [x, -LIMIT_HEIGHT], [x, LIMIT_HEIGHT]),
      ),
      rectangle('body', [position - halfWidth, -height / 2], [position + halfWidth, height / 2]),
      line('limb', POLE_WIDTH, hinge, tip),
      circle('joint', hinge, POLE_WIDTH * 0.6),
      ...(way === 0
        ? []
        : arrow(
            'action',
            0.035,
            [position, PUSH.height],
            [position + way * PUSH.length, PUSH.height],
          )),
    ],
  };
}
