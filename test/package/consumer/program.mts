// A program that uses every entry, with mistakes that its compiler must find: where a type of the package were
// `any`, nothing would be wrong, and `@ts-expect-error` would be an error itself.
import type * as lockstep from 'lockstep-ppo';
import {
  type ActionSpace,
  type AgentMetrics,
  CONFIG_FIELDS,
  ConfigError,
  type ConfigField,
  createTrainer,
  defineEnvironment,
  type Evaluation,
  findEnvironment,
  Gpu,
  type IterationReport,
  type KernelPlan,
  NonFiniteError,
  type PpoConfig,
  Trainer,
  type TrainerOptions,
  tunePlan,
} from 'lockstep-ppo';
import * as environments from 'lockstep-ppo/environments';
import * as node from 'lockstep-ppo/node';

type NamesOfAny<Module> = {
  [Name in keyof Module]: 0 extends 1 & Module[Name] ? Name : never;
}[keyof Module];
type Entries = [typeof lockstep, typeof environments, typeof node];
export const known: NamesOfAny<Entries[number]> extends never ? true : false = true;

export const config: Partial<PpoConfig> = {
  numEnvs: 64,
  learningRate: [1e-3, 1e-4],
  annealLr: true,
};
// @ts-expect-error no such field
export const misspelt: Partial<PpoConfig> = { numEnvz: 64 };
// @ts-expect-error a field of the loss with a value of another type
export const mistyped: Partial<PpoConfig> = { clipCoef: 'wide' };

const action: ActionSpace = { type: 'multi-discrete', nvec: [3, 2] };
// @ts-expect-error a box has no nvec
export const noAction: ActionSpace = { type: 'box', nvec: [3] };

const environment = defineEnvironment({
  id: 'Own-v0',
  source: 'here',
  observation: [{ name: 'position', low: -1, high: 1, unit: 'm' }],
  action,
  maxEpisodeSteps: null,
  shader: 'fn step() {}',
  defaults: config,
});
// @ts-expect-error an environment needs more than an id
defineEnvironment({ id: 'Own-v0' });
// @ts-expect-error ids are strings
environments.findEnvironment(1);

const gpu = await node.requestNodeGpu({ adapter: 'lavapipe' });
// @ts-expect-error names are strings
await node.requestNodeGpu({ adapter: 3 });
export const name: string = gpu.adapter.name;
// @ts-expect-error internal
await gpu.wait(Promise.resolve());
// @ts-expect-error devices are made by requestGpu and requestNodeGpu
new Gpu();

const { plan } = await tunePlan({ gpu, environment, config, memory: node.tuningFile() });
// @ts-expect-error a memory is no path
await tunePlan({ gpu, environment, memory: 'tuning.json' });

const options: TrainerOptions = { gpu, environment: findEnvironment('CartPole-v1'), config, plan };
const trainer: Trainer = await createTrainer(options);
// @ts-expect-error no such plan
export const noPlan: KernelPlan = 'fused';
// @ts-expect-error no such member
trainer.nonsense;
// @ts-expect-error internal
trainer.state;
// @ts-expect-error trainers are made by createTrainer
new Trainer();

for await (const report of trainer) {
  const { timesteps, agents }: IterationReport = report;
  // @ts-expect-error there may be no agent of an index
  const missing: AgentMetrics = agents[0];
  const first = agents[0] ?? missing;
  const value: number = timesteps + first['charts/episodic_return'] + first['losses/policy_loss'];
  // @ts-expect-error no such metric
  first['charts/nonsense'];
  // @ts-expect-error a fault is one of a list of names
  const never: boolean = first.fault === 'nonsense';
  if (value > 475 && !never) trainer.stop();
}
export const evaluation: Evaluation = await trainer.evaluate({ episodes: 10, greedy: false });
export const parameters: Float32Array = await trainer.parameters();
const owner: node.PolicyOwner = { environment, config: trainer.config };
await node.writePolicy('own.safetensors', {
  environment,
  config: trainer.config,
  policy: await trainer.policy(),
});
await node.readPolicy('own.safetensors', owner);
// @ts-expect-error the configuration must be complete
await node.readPolicy('own.safetensors', { environment, config });

export const field: ConfigField = CONFIG_FIELDS.numEnvs;
// @ts-expect-error no such field
CONFIG_FIELDS.numEnvz;

export function explain(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  // @ts-expect-error an iteration is a number
  if (error instanceof NonFiniteError) return [error.iteration];
  return [];
}
