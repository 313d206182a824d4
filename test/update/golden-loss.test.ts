import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/gpu/arena';
import type { LayeredUpdate } from '../../src/update/layered-update';
import { STATISTICS } from '../../src/update/ppo-loss';
import { flatten } from '../reference/actor-critic';
import { globalNorm } from '../reference/adam';
import { expectClose } from '../reference/expect-close';
import {
  type GradientLayer,
  goldenNetwork,
  goldenSamples,
  type LossCase,
  readLossCases,
} from '../reference/fixtures';
import { openRuntime, readFloats } from '../support/run-dispatches';
import { AGENT, GoldenUpdate, goldenRecord } from './golden-update';

const TOLERANCE = 1e-5;
const runtime = await openRuntime();

/** The golden agent's samples [M][fields] of a tensor [K][fields][stride]. */
async function readSamples(tensor: Tensor, samples: number): Promise<number[][]> {
  const [, fields, stride] = tensor.shape as [number, number, number];
  const values = await readFloats(runtime, tensor);
  return Array.from({ length: samples }, (_, sample) =>
    Array.from({ length: fields }, (_, f) => values[(AGENT * fields + f) * stride + sample]!),
  );
}

/** The file's gradient of all parameters, [P]. */
function goldenGradient({ actor, critic, grad_log_std }: LossCase): number[] {
  const gradientOf = (layer: GradientLayer) => ({
    weight: layer.grad_weight,
    bias: layer.grad_bias,
  });
  const logStd = grad_log_std ?? [];
  return flatten({ actor: actor.map(gradientOf), critic: critic.map(gradientOf), logStd });
}

/** One step of the real Update on a golden case. */
async function computeLoss(golden: LossCase) {
  const run = new GoldenUpdate(runtime, {
    config: golden.config,
    batch: golden,
    network: goldenNetwork(golden),
    record: goldenRecord(golden.config),
    samples: golden.batch,
    updates: 1,
  });
  await run.step(goldenSamples(golden), 0);
  const { loss } = run.update.gradients as LayeredUpdate;
  const statistics = (await readFloats(runtime, run.update.statistics)).slice(
    AGENT * STATISTICS.length,
  );
  return {
    outputs: await readSamples(loss.outputs, golden.batch),
    dOutputs: await readSamples(loss.dOutputs, golden.batch),
    statistics: Object.fromEntries(STATISTICS.map((name, i) => [name, statistics[i]!])),
    gradient: (await run.gradients()).slice(AGENT * run.parameterCount),
  };
}

describe.each(readLossCases())(
  'loss.json, $config.distribution, batch of $batch',
  async (golden) => {
    const { outputs, dOutputs, statistics, gradient } = await computeLoss(golden);

    test('the networks say what they say in the file', () => {
      expectClose(
        outputs.flatMap((row) => row.slice(0, -1)),
        golden.head.flat(),
        TOLERANCE,
      );
      expectClose(
        outputs.map((row) => row.at(-1)!),
        golden.value,
        TOLERANCE,
      );
    });

    test.each([
      ['policy_loss', 'policy_loss'],
      ['value_loss', 'value_loss'],
      ['entropy', 'entropy'],
      ['loss', 'loss'],
      ['approx_kl', 'approx_kl'],
      ['old_approx_kl', 'old_approx_kl'],
      ['clipfrac', 'clip_fraction'],
    ] as const)('%s is that of the file', (ours, theirs) => {
      expectClose([statistics[ours]!], [golden.stats[theirs]], 1e-4);
    });

    test('the derivatives by the outputs are those of the file', () => {
      const dHead = dOutputs.map((row) => row.slice(0, golden.head_dim));
      expectClose(dHead.flat(), golden.grad_head.flat(), TOLERANCE);
      expectClose(
        dOutputs.map((row) => row[golden.head_dim]!),
        golden.grad_value,
        TOLERANCE,
      );
    });

    test('the gradient of every parameter is that of the file', () => {
      const expected = goldenGradient(golden);
      expectClose(gradient, expected, TOLERANCE);
      expect(globalNorm(expected)).toBeGreaterThan(0);
    });

    test('the norm is that of the gradient', () => {
      expectClose([statistics.grad_norm!], [globalNorm(goldenGradient(golden))], TOLERANCE);
    });
  },
);
