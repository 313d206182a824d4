/** Which keys choose which action of an environment. */
import type { ActionSpace } from '../../src/index';

/** A way to act: by a key or a button. */
export interface Move {
  readonly label: string;
  /** `KeyboardEvent.code` of the keys that must be held together. */
  readonly keys: readonly string[];
  readonly action: readonly number[];
}

/** How one plays an environment. */
export interface Moves {
  readonly moves: readonly Move[];
  /** What is done while nothing is held; undefined where time stands still then. */
  readonly idle: readonly number[] | undefined;
}

/** Words in the names of actions, and their keys. */
const WORDS: Readonly<Record<string, string>> = {
  left: 'ArrowLeft',
  right: 'ArrowRight',
  up: 'ArrowUp',
  down: 'ArrowDown',
  main: 'ArrowUp',
  fire: 'Space',
  '-1': 'ArrowLeft',
  '+1': 'ArrowRight',
};
/** Names of doing nothing begin so. */
const IDLE = /^(stay|nothing|no (push|torque)|straight)/;
/** The keys of each number of an action, for its lower and its upper end. */
const AXES: readonly (readonly [string, string])[] = [
  ['ArrowLeft', 'ArrowRight'],
  ['ArrowDown', 'ArrowUp'],
];
/** Those of environments whose first number points upwards. */
const UPWARDS: readonly string[] = ['LunarLanderContinuous-v3'];

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Space: 'Space',
};

/** Keys as people read them. */
export function keysText(keys: readonly string[]): string {
  return keys.map((key) => SIGNS[key] ?? key.replace('Digit', '')).join(' + ');
}

/** Undefined for actions that have too many numbers for the keys. */
export function movesOf(environment: string, space: ActionSpace): Moves | undefined {
  if (space.type === 'discrete') return choicesOf(space);
  if (space.type === 'multi-discrete' || space.low.length > AXES.length) return undefined;
  return numbersOf(space, UPWARDS.includes(environment) ? [...AXES].reverse() : AXES);
}

function choicesOf({ n, names }: Extract<ActionSpace, { readonly type: 'discrete' }>): Moves {
  const labels = names ?? Array.from({ length: n }, (_, choice) => `action ${choice}`);
  const idle = labels.findIndex((label) => IDLE.test(label));
  const moves = labels.map((label, choice): Move => {
    const words = label.split(' ').flatMap((word) => WORDS[word] ?? []);
    const keys = words.length > 0 ? words : [`Digit${choice + 1}`];
    return { label, keys, action: [choice] };
  });
  return {
    moves: moves.filter((_, choice) => choice !== idle),
    idle: idle === -1 ? undefined : [idle],
  };
}

function numbersOf(
  { low, high }: Extract<ActionSpace, { readonly type: 'box' }>,
  axes: readonly (readonly [string, string])[],
): Moves {
  const rest = low.map((bound, a) => Math.min(Math.max(0, bound), high[a]!));
  const withNumber = (a: number, number: number): number[] =>
    rest.map((own, index) => (index === a ? number : own));
  const moves = low.flatMap((bound, a): Move[] => {
    const [lower, upper] = axes[a]!;
    const [least, most] = [Math.max(bound, rest[a]! - 1e3), Math.min(high[a]!, rest[a]! + 1e3)];
    return [
      { label: `${least}`, keys: [lower], action: withNumber(a, least) },
      { label: `${most}`, keys: [upper], action: withNumber(a, most) },
    ];
  });
  return { moves, idle: rest };
}

/**
 * What is done while some keys are held: the move that takes most of them; numbers of several moves
 * are done together.
 * @returns undefined where time stands still
 */
export function actionOf(
  { moves, idle }: Moves,
  held: ReadonlySet<string>,
  isBox: boolean,
): readonly number[] | undefined {
  const fitting = moves.filter(({ keys }) => keys.every((key) => held.has(key)));
  if (fitting.length === 0) return idle;
  if (isBox) {
    return idle!.map((own, a) => {
      const mover = fitting.find(({ action }) => action[a] !== own);
      return mover ? mover.action[a]! : own;
    });
  }
  return fitting.reduce((best, move) => (move.keys.length > best.keys.length ? move : best)).action;
}
