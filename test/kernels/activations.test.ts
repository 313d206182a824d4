import { describe, expect, test } from 'vitest';
import { ACTIVATIONS, type Activation } from '../../src/config/choices';
import { keepsPreActivation } from '../../src/kernels/activations';
import { wholeTensor } from '../../src/kernels/blocks';
import { linearBackwardInput, linearForward } from '../../src/kernels/linear/linear';
import { ACTIVATION_FUNCTIONS } from '../reference/activations';
import { expectClose } from '../reference/expect-close';
import {
  floats,
  openRuntime,
  randomFloats,
  readFloats,
  runDispatches,
} from '../support/run-dispatches';

const runtime = await openRuntime();

/** Both sides of every bend and clamp, and a few hundred numbers between. */
const EDGES = [-1e4, -100, -88, -9.2, -9, -1, -1e-3, 0, 1e-3, 1, 9, 9.2, 88, 100, 1e4];
const X = [...EDGES.map(Math.fround), ...randomFloats(241, 1, 3)];

/** The activation of x, and its derivative there, through a layer of one weight 1 and bias 0. */
async function activate(activation: Activation, x: readonly number[]) {
  const count = { agents: 1, rows: 1, stride: x.length };
  const parameters = { tensor: floats(runtime, [1, 2], [1, 0]), count: 2 };
  const layer = { inputs: 1, outputs: 1, weightOffset: 0, biasOffset: 1 };
  const shape = [1, 1, x.length];
  const [y, preActivation, dX] = [shape, shape, shape].map((size) => floats(runtime, size));
  const ones = floats(
    runtime,
    shape,
    x.map(() => 1),
  );
  const shared = { layer, activation, parameters, preActivation, count };
  await runDispatches(runtime, [
    linearForward(runtime, {
      ...shared,
      x: wholeTensor(floats(runtime, shape, x)),
      y: wholeTensor(y!),
    }),
    linearBackwardInput(runtime, {
      ...shared,
      dY: wholeTensor(ones),
      output: y!,
      dX: wholeTensor(dX!),
    }),
  ]);
  return {
    value: await readFloats(runtime, y!),
    derivative: await readFloats(runtime, dX!),
    preActivation: await readFloats(runtime, preActivation!),
  };
}

describe.each(ACTIVATIONS)('%s', (activation) => {
  const twin = ACTIVATION_FUNCTIONS[activation];

  test('has the value and the derivative of the twin', async () => {
    const { value, derivative } = await activate(activation, X);
    for (const [i, x] of X.entries()) {
      expectClose([value[i]!], [twin.value(x)], 2e-6, 1);
      expectClose([derivative[i]!], [twin.derivative(x)], 2e-6, 1);
    }
  });

  test('keeps the pre-activation where the derivative needs it', async () => {
    const { preActivation } = await activate(activation, X);
    expect(preActivation).toEqual(keepsPreActivation(activation) ? X : X.map(() => 0));
  });
});
