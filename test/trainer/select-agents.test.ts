/** Agents of a population go on in another one. */
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import type { PpoConfig } from '../../src/config/ppo-config';
import { pendulum } from '../../src/environments/pendulum';
import { decodeCheckpoint } from '../../src/trainer/checkpoint';
import type { IterationReport } from '../../src/trainer/metrics';
import { restoreTrainer } from '../../src/trainer/restore-trainer';
import { selectAgents } from '../../src/trainer/select-agents';
import type { Trainer } from '../../src/trainer/trainer';
import { openTestGpu } from '../support/gpu';
import { smallTrainer } from './training';

const CONFIG = { hiddenSizes: [7, 5], normObs: true, normReward: true, totalTimesteps: 6 * 60 };

/** Two iterations, then a copy with some of the agents; the trainer goes on by itself. */
async function forked(
  config: Partial<PpoConfig>,
  agents: readonly number[],
  changes: Partial<PpoConfig> = {},
): Promise<readonly [before: Trainer, after: Trainer]> {
  const trainer = await smallTrainer({ ...CONFIG, ...config }, pendulum);
  for await (const { iteration } of trainer) if (iteration === 2) break;
  const { snapshot, ...rest } = decodeCheckpoint(await trainer.save());
  const checkpoint = { ...rest, snapshot: selectAgents(snapshot, agents) };
  const gpu = await openTestGpu();
  return [trainer, await restoreTrainer({ gpu, checkpoint, config: changes })];
}

interface End {
  readonly agents: IterationReport['agents'];
  /** [K] */
  readonly parameters: readonly (readonly number[])[];
}

async function finish(trainer: Trainer): Promise<End> {
  let agents: IterationReport['agents'] = [];
  for await (const report of trainer) agents = report.agents;
  const all = [...(await trainer.parameters())];
  const size = all.length / agents.length;
  trainer.destroy();
  return {
    agents,
    parameters: agents.map((_, agent) => all.slice(agent * size, (agent + 1) * size)),
  };
}

test('one of a population goes on alone as it does among the others', async () => {
  const [before, after] = await forked({ numAgents: 3, learningRate: [1e-3, 1e-2, 3e-3] }, [1]);
  expect(after.config).toMatchObject({ numAgents: 1, seed: 3, learningRate: [1e-2] });
  const [whole, alone] = [await finish(before), await finish(after)];
  expect(alone.parameters[0]).toEqual(whole.parameters[1]);
  expect(alone.agents[0]).toEqual(whole.agents[1]);
});

test('two of one agent go on alike, or with what one of them is changed to', async () => {
  const [before, after] = await forked({}, [0, 0], { entCoef: [0, 0.5] });
  const [alone, both] = [await finish(before), await finish(after)];
  expect(both.parameters[0]).toEqual(alone.parameters[0]);
  expect(both.agents[0]).toEqual(alone.agents[0]);
  const [again] = await forked({}, [0]);
  await again.setHyperparameters({ entCoef: 0.5 });
  expect(both.parameters[1]).toEqual((await finish(again)).parameters[0]);
  expect(both.parameters[1]).not.toEqual(both.parameters[0]);
});

test.each([[[]], [[1]], [[-1]], [[0.5]], [0]])('agents %j of one are refused', async (agents) => {
  const trainer = await smallTrainer();
  const snapshot = await trainer.snapshot();
  const select = (): unknown => selectAgents(snapshot, agents as number[]);
  expect(select).toThrow(ConfigError);
  expect(select).toThrow(
    `agents is ${JSON.stringify(agents)}; it must be a list of one or more integers from 0 to 0`,
  );
  trainer.destroy();
});
