/** Device time of every stage of an iteration, for growing numbers of environments. */
import { DEFAULT_CONFIG } from '../src/config/defaults';
import type { PpoConfig } from '../src/config/ppo-config';
import { findEnvironment } from '../src/environments/index';
import type { Gpu } from '../src/gpu/device';
import { createTrainer } from '../src/trainer/create-trainer';
import type { Bench } from './support/bench';
import { record } from './support/record';
import { type Spread, spreadOf } from './support/statistics';

export interface StageTimes {
  readonly envs: number;
  /** Milliseconds per iteration by stage, from device timestamps. */
  readonly stages: ReadonlyMap<string, Spread>;
  /** Sum of the stages' medians, milliseconds. */
  readonly total: number;
  /** Milliseconds per iteration of the training loop as users run it. */
  readonly iteration: Spread;
  readonly stepsPerSecond: number;
}

export interface StageBenchOptions {
  readonly gpu: Gpu;
  readonly environment: string;
  readonly config: Partial<PpoConfig>;
  readonly repeats: number;
}

/** Milliseconds between reports of the running loop, without the first two. */
async function timeLoop(options: StageBenchOptions): Promise<Spread> {
  const { gpu, config, repeats } = options;
  const environment = findEnvironment(options.environment);
  const batch = config.numEnvs! * config.numSteps!;
  const totalTimesteps = batch * (repeats + 3);
  const trainer = await createTrainer({ gpu, environment, config: { ...config, totalTimesteps } });
  const times: number[] = [];
  let last = performance.now();
  for await (const { iteration } of trainer) {
    const now = performance.now();
    if (iteration > 2) times.push(now - last);
    last = now;
  }
  trainer.destroy();
  return spreadOf(times);
}

/** Device time by stage. */
async function timeStages(options: StageBenchOptions): Promise<Map<string, Spread>> {
  const { gpu, config, repeats } = options;
  const trainer = await createTrainer({
    gpu,
    environment: findEnvironment(options.environment),
    config,
  });
  const samples = new Map<string, number[]>();
  await trainer.profile();
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const [name, milliseconds] of await trainer.profile()) {
      samples.set(name, [...(samples.get(name) ?? []), milliseconds]);
    }
  }
  trainer.destroy();
  return new Map([...samples].map(([name, values]) => [name, spreadOf(values)]));
}

export async function benchStages(options: StageBenchOptions): Promise<StageTimes> {
  const { numEnvs, numSteps, numAgents = 1 } = options.config;
  const stages = await timeStages(options);
  const iteration = await timeLoop(options);
  const total = [...stages.values()].reduce((sum, { median }) => sum + median, 0);
  const stepsPerSecond = (1000 * numEnvs! * numSteps! * numAgents) / iteration.median;
  return { envs: numEnvs!, stages, total, iteration, stepsPerSecond };
}

/** A table with one row per stage: milliseconds (lowest … highest) and share. */
export function formatStageTimes(times: StageTimes): string {
  const lines = [...times.stages].map(([name, { median, low, high }]) => {
    const share = `${((100 * median) / times.total).toFixed(1)} %`;
    const spread = `(${low.toFixed(2)} … ${high.toFixed(2)})`;
    const time = median.toFixed(2).padStart(10);
    return `  ${name.padEnd(18)}${time} ms  ${share.padStart(7)}  ${spread}`;
  });
  const { iteration } = times;
  return [
    `${times.envs.toLocaleString('en')} environments`,
    ...lines,
    `  ${'sum of stages'.padEnd(18)}${times.total.toFixed(2).padStart(10)} ms`,
    `  ${'iteration'.padEnd(18)}${iteration.median.toFixed(2).padStart(10)} ms  ` +
      `(${iteration.low.toFixed(2)} … ${iteration.high.toFixed(2)})`,
    `  steps per second  ${Math.round(times.stepsPerSecond).toLocaleString('en').padStart(10)}`,
  ].join('\n');
}

const TITLE = 'Stages: CartPole-v1, 32 steps, 4 epochs × 4 minibatches, 2 × 64 tanh';
const ENVS = [64, 256, 1024, 4096, 16384] as const;

/** Prints and records its own tables, which are lists. */
export const runStages: Bench = async ({ gpu, options }) => {
  const tables: string[] = [];
  console.log(`${TITLE}, on ${gpu.adapter.name}\n`);
  for (const numEnvs of options.envs ?? (options.quick ? [64, 1024] : ENVS)) {
    const times = await benchStages({
      gpu,
      environment: 'CartPole-v1',
      config: { ...DEFAULT_CONFIG, numEnvs, numSteps: 32 },
      repeats: options.repeats ?? 5,
    });
    tables.push(formatStageTimes(times));
    console.log(`${tables.at(-1)}\n`);
  }
  if (options.record) record(TITLE, gpu.adapter.name, `\`\`\`\n${tables.join('\n\n')}\n\`\`\``);
  return [];
};
