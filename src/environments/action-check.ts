/** Checks the action space of a description, with one sentence per problem. */

import { nearestNames } from '../config/nearest-names';
import { isF32 } from '../gpu/wgsl-number';
import { type Fields, isFields, isLine, repeated, show, showIs } from './described-value';

/**
 * Most logits of one policy, over all choices: Dawn takes values of up to 64 KiB, and the loss has
 * a dozen words beside the logits.
 */
const MOST_CHOICES = 16_000;
/** Most numbers of a box, each with a mean and a deviation. */
const MOST_NUMBERS = MOST_CHOICES / 2;

const FIELDS = {
  discrete: ['type', 'n', 'names'],
  'multi-discrete': ['type', 'nvec'],
  box: ['type', 'low', 'high'],
} as const;

type SpaceType = keyof typeof FIELDS;
const TYPES = Object.keys(FIELDS) as SpaceType[];

const isCount = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= MOST_CHOICES;

function namesProblems(names: unknown, n: unknown): string[] {
  if (names === undefined) return [];
  if (!Array.isArray(names) || !names.every(isLine)) {
    return [`action.names must be a list of names, but it ${showIs(names)}`];
  }
  const problems: string[] = [];
  if (names.length !== n) {
    problems.push(`action.names lists ${names.length} names, but action.n is ${show(n)}`);
  }
  const [twice] = repeated(names);
  if (twice !== undefined) problems.push(`action.names has ${show(twice)} twice`);
  return problems;
}

function discreteProblems({ n, names }: Fields): string[] {
  const words = `action.n must be an integer from 2 to ${MOST_CHOICES}, but it ${showIs(n)}`;
  return isCount(n, 2) ? namesProblems(names, n) : [words];
}

function multiDiscreteProblems({ nvec }: Fields): string[] {
  if (!Array.isArray(nvec) || nvec.length === 0) {
    return [`action.nvec must list one size per action, such as [3, 2], but it ${showIs(nvec)}`];
  }
  const bad = nvec.findIndex((size) => !isCount(size, 1));
  if (bad !== -1) {
    return [
      `action.nvec[${bad}] must be an integer from 1 to ${MOST_CHOICES}, not ${show(nvec[bad])}`,
    ];
  }
  const total: number = nvec.reduce((sum, size) => sum + size, 0);
  if (total <= MOST_CHOICES) return [];
  return [`action.nvec adds up to ${total} choices; at most ${MOST_CHOICES} are allowed`];
}

/** The problem of a list of bounds; undefined if it is valid. */
function boundsProblem(key: 'low' | 'high', bounds: unknown): string | undefined {
  const name = `action.${key}`;
  if (!Array.isArray(bounds)) {
    const example = key === 'low' ? '[-1]' : '[1]';
    return `${name} must list one number per action, such as ${example}, but it ${showIs(bounds)}`;
  }
  const bad = bounds.findIndex((bound) => typeof bound !== 'number' || Number.isNaN(bound));
  if (bad !== -1)
    return `${name}[${bad}] must be a number, or ±Infinity for none, not ${show(bounds[bad])}`;
  // A bound beyond the largest f32 is the same as none.
  const tiny = bounds.findIndex((bound: number) => Math.abs(bound) < 1 && !isF32(bound));
  if (tiny === -1) return undefined;
  return `${name}[${tiny}] = ${bounds[tiny]} is too small for f32; use 0`;
}

function boxProblems({ low, high }: Fields): string[] {
  const problems = [boundsProblem('low', low), boundsProblem('high', high)];
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) return found;
  return orderProblems(low as readonly number[], high as readonly number[]);
}

function orderProblems(low: readonly number[], high: readonly number[]): string[] {
  if (low.length === 0) return ['action.low and action.high must list at least one number'];
  if (low.length > MOST_NUMBERS) {
    return [`action.low lists ${low.length} numbers; at most ${MOST_NUMBERS} are allowed`];
  }
  if (low.length !== high.length) {
    return [
      `action.low and action.high must have the same length, not ${low.length} and ${high.length}`,
    ];
  }
  const bad = low.findIndex((bound, a) => !(Math.fround(bound) < Math.fround(high[a]!)));
  if (bad === -1) return [];
  const asF32 = low[bad]! < high[bad]! ? ' as f32' : '';
  return [
    `action.low[${bad}] = ${low[bad]} must be below action.high[${bad}] = ${high[bad]}${asF32}`,
  ];
}

const CHECKS: Readonly<Record<SpaceType, (action: Fields) => string[]>> = {
  discrete: discreteProblems,
  'multi-discrete': multiDiscreteProblems,
  box: boxProblems,
};

/** Every problem of `action`, which may be anything. */
export function actionProblems(action: unknown): string[] {
  const examples = "such as { type: 'discrete', n: 2 } or { type: 'box', low: [-1], high: [1] }";
  if (!isFields(action))
    return [`action must be an action space, ${examples}, but it ${showIs(action)}`];
  const type = TYPES.find((each) => each === action.type);
  if (type === undefined) {
    const nearest =
      typeof action.type === 'string'
        ? `; the nearest is '${nearestNames(action.type, TYPES, 1)}'`
        : '';
    const types = TYPES.map((each) => `'${each}'`).join(' or ');
    return [`action.type must be ${types}, but it ${showIs(action.type)}${nearest}`];
  }
  const known: readonly string[] = FIELDS[type];
  const strangers = Object.keys(action)
    .filter((key) => !known.includes(key))
    .map(
      (key) => `action.${key} is not a field of a ${type} action, which has ${known.join(', ')}`,
    );
  return [...strangers, ...CHECKS[type](action)];
}
