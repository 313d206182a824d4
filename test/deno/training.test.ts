import { describe, expect, test } from 'vitest';
import type { PpoConfig } from '../../src/config/ppo-config';
import { findEnvironment } from '../../src/environments';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { type KernelPlan, LAYERED } from '../../src/network/kernel-plan';
import { createTrainer } from '../../src/trainer/create-trainer';
import { findDeno } from '../support/deno';
import { type EngineRun, expectAgreement, SHORT_RUN } from '../support/engines';
import { openTestGpu } from '../support/gpu';
import { meadow } from '../support/meadow';

const gpu = await openTestGpu();
const deno = await findDeno(gpu.adapter.name);
const suite = `deno${typeof deno === 'string' ? ` (${deno})` : ''}`;

/** Fused kernels that need no subgroups. */
const TILED: KernelPlan = {
  forward: { kind: 'lane-per-sample', samples: 1, lanes: 64, broadcast: false },
  update: { kind: 'tiled', samples: 4, lanes: 64 },
};

interface Run extends EngineRun {
  readonly endedEpisodes: number;
  readonly meanReturn: number;
}

interface Work {
  /** A built-in one by its name, or any other. */
  readonly environment: string | EnvironmentDefinition;
  readonly config: Partial<PpoConfig>;
  /** The usual kernels of each engine where there is none. */
  readonly plan?: KernelPlan;
}

/** Within Deno and here. */
const PROGRAM = `
  import { createTrainer, findEnvironment, requestGpu } from './src/index';
  const { environment, config, plan } = WORK;
  const gpu = await requestGpu();
  const trainer = await createTrainer({
    gpu, config, plan,
    environment: typeof environment === 'string' ? findEnvironment(environment) : environment });
  const policyLosses = [];
  for await (const { agents } of trainer) policyLosses.push(agents[0]['losses/policy_loss']);
  const parameters = Array.from(await trainer.parameters());
  const { endedEpisodes, meanReturn } = await trainer.evaluate({ episodes: 8 });
  say({ policyLosses, parameters, endedEpisodes, meanReturn });
`;

function trainInDeno(work: Work): Run {
  if (typeof deno === 'string') throw new Error(deno);
  return deno.run(PROGRAM.replace('WORK', JSON.stringify(work))) as Run;
}

async function trainHere({ environment, config, plan }: Work): Promise<Run> {
  const found = typeof environment === 'string' ? findEnvironment(environment) : environment;
  const options = { gpu, config, environment: found };
  const trainer = await createTrainer({ ...options, plan });
  const policyLosses: number[] = [];
  for await (const { agents } of trainer) policyLosses.push(agents[0]!['losses/policy_loss']);
  const parameters = Array.from(await trainer.parameters());
  const { endedEpisodes, meanReturn } = await trainer.evaluate({ episodes: 8 });
  trainer.destroy();
  return { policyLosses, parameters, endedEpisodes, meanReturn };
}

const PLANS: readonly [string, Partial<Work>][] = [
  ['the usual kernels', {}],
  // naga writes their loops out, and LLVM takes long for the result. Normalized inputs would take
  // more buffers than wgpu has on SwiftShader.
  ['fused kernels', { plan: TILED, config: { ...SHORT_RUN, hiddenSizes: [5, 3], normObs: false } }],
  ['layered kernels', { plan: LAYERED }],
  ['three layers', { config: { ...SHORT_RUN, hiddenSizes: [16, 8, 8] } }],
];
const WORKS = ['CartPole-v1', 'Pendulum-v1'].flatMap((environment) =>
  PLANS.map(([name, work]) => [environment, name, work] as const),
);

describe.skipIf(typeof deno === 'string')(suite, () => {
  test('trains and evaluates on observations of bits as Dawn does', async () => {
    const work: Work = { config: SHORT_RUN, environment: meadow('bits') };
    const [here, there] = [await trainHere(work), trainInDeno(work)];
    expectAgreement(here, there);
    expect(there.endedEpisodes).toBe(8);
  });

  test.each(WORKS)('trains and evaluates %s with %s as Dawn does', async (environment, _, rest) => {
    const work: Work = { config: SHORT_RUN, ...rest, environment };
    const [here, there] = [await trainHere(work), trainInDeno(work)];
    expectAgreement(here, there);
    expect(there.endedEpisodes).toBe(8);
    expect(there.meanReturn / here.meanReturn).toBeCloseTo(1, 1);
  });
});
