/** Params that vary: what is drawn, when, and what a module may do with them. */
import { describe, expect, test } from 'vitest';
import { checkedEnvironment } from '../../src/environments/definition';
import { checkModuleText } from '../../src/environments/module-check';
import type { Param } from '../../src/environments/param-range';
import { Rng } from '../reference/rng';
import { openTestGpu } from '../support/gpu';
import { openRuntime } from '../support/run-dispatches';
import {
  openWorld,
  playActions,
  type RolloutRows,
  readRollout,
  readStates,
  reset,
} from '../support/world';
import { drift } from './drift';
import { SHOWN, shown } from './varied';

await openTestGpu();

const [ENVS, STEPS, SEED] = [7, 45, 3];
const STREAM_PARAMS = 6;

/** Always the second action: an episode ends by the limit of the strip, after some steps. */
async function played(
  params: Record<string, Param>,
): Promise<RolloutRows & { states: number[][] }> {
  const runtime = await openRuntime();
  const world = await openWorld(runtime, {
    ...{ environment: shown(params), envs: ENVS, steps: STEPS, seed: SEED },
  });
  await reset(world);
  await playActions(
    world,
    Array.from({ length: STEPS }, () => Array.from({ length: ENVS }, () => 1)),
  );
  const rows = { ...(await readRollout(world)), states: await readStates(world) };
  runtime.arena.destroy();
  runtime.kernels.destroy();
  return rows;
}

/** What an environment draws when it is reset for a step: numbers in [0, 1). */
function drawn(environment: number, step: number): readonly number[] {
  return new Rng({ seed: SEED, stream: STREAM_PARAMS, domain: 0 }, 0, step, environment).random4();
}

describe('an episode', () => {
  test('keeps what it has drawn, and the next one draws again', async () => {
    const { observations, endings } = await played({
      A: { low: 0.25, high: 1 },
      B: { low: -1, high: 3 },
    });
    for (let n = 0; n < ENVS; n++) {
      let begin = 0;
      for (let t = 0; t <= STEPS; t++) {
        const [a, b] = drawn(n, begin);
        expect(observations[t]![1]![n]).toBeCloseTo(0.25 + 0.75 * a!, 6);
        expect(observations[t]![2]![n]).toBeCloseTo(-1 + 4 * b!, 5);
        if (t < STEPS && endings[t]![n] !== 0) begin = t + 1;
      }
      expect(begin).toBeGreaterThan(0);
    }
  });

  test('moves by what it has drawn', async () => {
    const { observations, endings } = await played({ A: { low: 0.25, high: 1 } });
    for (let n = 0; n < ENVS; n++) {
      for (let t = 0; t < STEPS; t++) {
        if (endings[t]![n] !== 0) continue;
        const [place, a] = [observations[t]![0]![n]!, observations[t]![1]![n]!];
        expect(observations[t + 1]![0]![n]).toBeCloseTo(place + 0.5 * a, 5);
      }
    }
  });

  test('begins as it would with constants', async () => {
    const varied = await played({ A: { low: 0.5, high: 0.5 }, B: { low: 0, high: 9 } });
    const constant = await played({});
    expect(varied.observations.map(([place]) => place)).toEqual(
      constant.observations.map(([place]) => place),
    );
    expect(varied.rewards).toEqual(constant.rewards);
    expect(varied.endings).toEqual(constant.endings);
    expect(varied.observations.flatMap(([, a]) => a)).toEqual(
      constant.observations.flatMap(([, a]) => a),
    );
  });

  test('draws from the range that training begins with', async () => {
    const { observations } = await played({ A: { low: [2, 3], high: [2.5, 4], until: 0.5 } });
    const values = observations.slice(0, STEPS + 1).flatMap(([, a]) => a!);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values)).toBeLessThanOrEqual(2.5);
    expect(new Set(values).size).toBeGreaterThan(ENVS);
  });
});

describe('a module that wants a constant', () => {
  const varied = { A: { low: 0, high: 1 } };
  const errorOf = (addition: string): string => {
    const shader = `${SHOWN}${addition}`;
    try {
      checkModuleText(drift(shader, { params: { ...varied, B: 2 } }));
    } catch (error) {
      return (error as Error).message;
    }
    return '';
  };

  test.each([
    ['const TWICE = 2.0 * A;'],
    ['const TWICE = 2.0 * constants::A;'],
    ['alias Board = array<u32, u32(A)>;'],
    ['fn board() -> f32 {\n  const TWICE = 2.0 * A;\n  return TWICE;\n}'],
    ['fn board() -> f32 {\n  var cells: array<f32, u32(A)>;\n  return cells[0];\n}'],
    ['const_assert A > 0.0;'],
  ])('`%s` is one error', (addition) => {
    const message = errorOf(addition);
    expect(message).toMatch(
      /^my\/drift\.wesl:\d+:\d+: `A` varies, since params\.A is a range, and WGSL wants a constant here; compute/,
    );
    expect(message.split('\n')[2]!.trim()).toBe('^');
  });

  test.each([
    ['const TWICE = 2.0 * OTHER;'],
    ['fn board() -> f32 {\n  let twice = 2.0 * A;\n  return twice;\n}'],
    ['fn board(A: f32) -> array<f32, 2> {\n  return array<f32, 2>(A, constants::A);\n}'],
    ['const TWICE = 2.0; // 2.0 * A'],
    ['struct Other {\n  B: f32,\n}'],
  ])('`%s` is none', (addition) => {
    expect(errorOf(addition)).toBe('');
  });
});

describe('a description', () => {
  const refusal = (param: unknown) => () =>
    checkedEnvironment({ ...drift(), params: { A: param } });

  test.each<readonly [string, unknown, string]>([
    [
      'no high',
      { low: 1 },
      'params.A.high must be a number that fits f32 (0, or of magnitude 1.18e-38 to 3.40e+38), ' +
        'or two, [begin, end], but it is missing',
    ],
    ['a list of three', { low: [1, 2, 3], high: 4 }, 'params.A.low must be a number that fits f32'],
    ['NaN', { low: 0, high: Number.NaN }, 'params.A.high must be a number that fits f32'],
    [
      'bounds the wrong way round',
      { low: 2, high: 1 },
      'params.A.low = 2 must not be above params.A.high = 1',
    ],
    [
      'bounds that cross',
      { low: [0, 3], high: 1 },
      'params.A.low = 3 must not be above params.A.high = 1 at the end',
    ],
    [
      'until 0',
      { low: 0, high: 1, until: 0 },
      'params.A.until must be a part of training, from 1.18e-38 to 1, but it is 0',
    ],
    [
      'until of no f32',
      { low: 0, high: 1, until: 1e-46 },
      'params.A.until must be a part of training',
    ],
    [
      'bounds too far apart',
      { low: -3e38, high: 3e38 },
      'params.A has bounds that are 6e+38 apart; they must be at most 3.40e+38 apart',
    ],
    ['until 2', { low: 0, high: 1, until: 2 }, 'params.A.until must be a part of training'],
    ['a stranger', { low: 0, high: 1, step: 2 }, 'params.A.step is not a known field'],
    [
      'a text',
      '1',
      'params.A must be a number that fits f32 (0, or of magnitude 1.18e-38 to 3.40e+38), ' +
        'or a range { low, high }, but it is "1"',
    ],
  ])('with %s is refused', (_, param, words) => {
    expect(refusal(param)).toThrow(words);
  });
});
