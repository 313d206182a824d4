import { test } from 'vitest';
import { combineAdvantages } from '../../src/advantages/combine-advantages';
import { expectClose } from '../reference/expect-close';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime();

test.each([
  [1, 1, 4],
  [2, 5, 12],
  // More than one element for some invocations.
  [2, 17, 4096],
])('%d agents, %d steps, stride %d: heads add by their coefficients', async (...shape) => {
  const [agents, steps, stride] = shape;
  const sizes = { agents, envs: stride, stride, steps, rows: steps + 1 };
  const count = agents * steps * stride;
  const [own, first, second] = [1, 2, 3].map((seed) => randomFloats(count, seed));
  const [advantages, one, two] = [own, first, second].map((all) => floats(runtime, shape, all));
  const combined = floats(
    runtime,
    shape,
    own!.map(() => 7),
  );
  const target = { sizes, combined };
  await runDispatches(runtime, [
    combineAdvantages(runtime, { ...target, head: one!, coefficient: 2, advantages }),
    combineAdvantages(runtime, {
      ...{ ...target, head: two!, coefficient: -0.5, advantages: undefined },
    }),
  ]);
  // Multiplications by 2 and 0.5 are exact; each addition may round once.
  const expected = own!.map((a, i) =>
    Math.fround(Math.fround(a + 2 * first![i]!) - 0.5 * second![i]!),
  );
  expectClose(await readFloats(runtime, combined), expected, 0);
  expectClose(await readFloats(runtime, advantages!), own!, 0);
});
