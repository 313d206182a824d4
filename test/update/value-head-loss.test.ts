import { expect, test } from 'vitest';
import { valueHeadLoss } from '../../src/update/value-head-loss';
import { agentsTensor } from '../support/agents';
import { floats, openRuntime, readFloats, runDispatches } from '../support/run-dispatches';

const runtime = await openRuntime();

test('the slope of a value is vf_coef (V - R) / M, and 0 behind the last sample', async () => {
  const [samples, stride] = [2, 4];
  const agents = agentsTensor(runtime, [{ loss: { vf_coef: 0.5 } }, { loss: { vf_coef: 4 } }]);
  const shape = [2, 1, stride];
  const tensors = {
    ...{ name: 'test', returns: floats(runtime, [1]) },
    targets: floats(runtime, shape, [1, 5, 9, 9, 0, 8, 9, 9]),
    outputs: floats(runtime, shape, [3, 1, 7, 7, 2, 3, 7, 7]),
    dOutputs: floats(runtime, shape, [6, 6, 6, 6, 6, 6, 6, 6]),
  };
  const minibatch = { tensor: floats(runtime, [2, 1, stride]), samples, stride };
  await runDispatches(runtime, [valueHeadLoss(runtime, agents, minibatch, tensors)]);
  // 0.5 · 2 / 2, 0.5 · -4 / 2; 4 · 2 / 2, 4 · -5 / 2
  expect(await readFloats(runtime, tensors.dOutputs)).toEqual([0.5, -1, 0, 0, 4, -10, 0, 0]);
});
