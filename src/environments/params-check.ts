/** Checks the params of a description, with one sentence per problem. */
import { isWord } from '../gpu/wesl-tokens';
import { isF32, LARGEST_F32, SMALLEST_F32 } from '../gpu/wgsl-number';
import { type Fields, isFields, show, showIs, unknownFields } from './described-value';
import { boundPair, type ParamRange } from './param-range';
import { nameFault } from './reserved-words';

const RANGE_FIELDS = ['low', 'high', 'until'];
const [SMALLEST, LARGEST] = [SMALLEST_F32, LARGEST_F32].map((limit) => limit.toPrecision(3));
const F32_RANGE = `0, or of magnitude ${SMALLEST} to ${LARGEST}`;

const fitsF32 = (value: unknown): value is number => typeof value === 'number' && isF32(value);

/** The sentence about a name that cannot be one in WGSL, or none. */
export function nameProblems(owner: string, name: string): string[] {
  const fault = isWord(name) ? nameFault(name) : 'is no name in WGSL';
  return fault === undefined ? [] : [`${owner}: ${show(name)} ${fault}; choose another name`];
}

const isBound = (value: unknown): value is ParamRange['low'] =>
  fitsF32(value) || (Array.isArray(value) && value.length === 2 && value.every(fitsF32));

function rangeProblems(range: Fields, place: string): string[] {
  const problems = unknownFields(range, RANGE_FIELDS, `${place}.`);
  for (const key of ['low', 'high'] as const) {
    if (isBound(range[key])) continue;
    const wanted = `a number that fits f32 (${F32_RANGE}), or two, [begin, end]`;
    problems.push(`${place}.${key} must be ${wanted}, but it ${showIs(range[key])}`);
  }
  const { until } = range;
  if (until !== undefined && !(fitsF32(until) && until > 0 && until <= 1)) {
    const wanted = `a part of training, from ${SMALLEST} to 1`;
    problems.push(`${place}.until must be ${wanted}, but it ${showIs(until)}`);
  }
  if (problems.length > 0) return problems;
  const { low, high } = range as unknown as ParamRange;
  const [lows, highs] = [boundPair(low), boundPair(high)];
  const wrong = lows.findIndex((value, index) => value > highs[index]!);
  if (wrong === -1) return widthProblems([...lows, ...highs], place);
  const when = wrong === 0 ? '' : ' at the end';
  return [`${place}.low = ${lows[wrong]} must not be above ${place}.high = ${highs[wrong]}${when}`];
}

/** The device draws from low plus a part of the width, and moves bounds likewise. */
function widthProblems(bounds: readonly number[], place: string): string[] {
  const width = Math.max(...bounds) - Math.min(...bounds);
  if (width <= LARGEST_F32) return [];
  return [`${place} has bounds that are ${width} apart; they must be at most ${LARGEST} apart`];
}

/** Every problem of one param. */
export function paramProblems(name: string, value: unknown): string[] {
  const place = `params.${name}`;
  if (isFields(value)) return rangeProblems(value, place);
  if (fitsF32(value)) return [];
  const wanted = `a number that fits f32 (${F32_RANGE}), or a range { low, high }`;
  return [`${place} must be ${wanted}, but it ${showIs(value)}`];
}

/** Every problem of the params of a description. */
export function paramsProblems(params: unknown): string[] {
  if (params === undefined) return [];
  if (!isFields(params)) return [`params must be an object of numbers, but it ${showIs(params)}`];
  return Object.entries(params).flatMap(([name, value]) => [
    ...nameProblems('params', name),
    ...paramProblems(name, value),
  ]);
}
