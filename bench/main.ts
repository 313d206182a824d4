/**
 * `npm run bench [-- stages|learning] [--envs 64,1024] [--repeats 5] [--only NAME] [--adapter NAME] [--record]`
 * stages: device time per stage and steps per second; learning: returns of many seeds, `--only` for one
 * environment.
 */
import { parseArgs } from 'node:util';
import { DEFAULT_CONFIG } from '../src/config';
import type { Gpu } from '../src/gpu/device';
import { requestNodeGpu } from '../src/node/index';
import { benchLearning, formatLearning, LEARNING_WORKLOADS } from './learning.bench';
import { benchStages, formatStageTimes } from './stages.bench';
import { record } from './support/record';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    envs: { type: 'string', default: '64,256,1024,4096,16384' },
    repeats: { type: 'string', default: '5' },
    only: { type: 'string' },
    adapter: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
});

async function stages(gpu: Gpu): Promise<void> {
  const title = 'Stages: CartPole-v1, 32 steps, 4 epochs × 4 minibatches, 2 × 64 tanh';
  const tables: string[] = [];
  console.log(`${title}, on ${gpu.adapter.name}\n`);
  for (const numEnvs of values.envs.split(',').map(Number)) {
    const times = await benchStages({
      gpu,
      environment: 'CartPole-v1',
      config: { ...DEFAULT_CONFIG, numEnvs, numSteps: 32 },
      repeats: Number(values.repeats),
    });
    tables.push(formatStageTimes(times));
    console.log(`${tables.at(-1)}\n`);
  }
  if (values.record) record(title, gpu.adapter.name, `\`\`\`\n${tables.join('\n\n')}\n\`\`\``);
}

async function learning(gpu: Gpu): Promise<void> {
  const { only } = values;
  const workloads = LEARNING_WORKLOADS.filter(
    ({ environment }) => only === undefined || environment === only,
  );
  if (workloads.length === 0) throw new Error(`--only ${only}: no workload has this environment`);
  for (const workload of workloads) {
    const title = `Learning: ${workload.environment}, ${workload.name}`;
    console.log(`${title}, on ${gpu.adapter.name}`);
    const result = await benchLearning(gpu, workload, (report) => {
      const { iteration, iterations } = report;
      if (iteration % Math.ceil(iterations / 20) === 0) {
        const sps = Math.round(report['charts/SPS']);
        console.log(`  ${Math.round((100 * iteration) / iterations)} %  ${sps} steps/s`);
      }
    });
    console.log(formatLearning(result));
    if (values.record) record(title, gpu.adapter.name, formatLearning(result));
  }
}

const BENCHES = { stages, learning } as const;
const [name = 'stages'] = positionals;
if (!(name in BENCHES)) {
  console.error(`unknown bench "${name}": there is ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const gpu = await requestNodeGpu(values.adapter === undefined ? {} : { adapter: values.adapter });
await BENCHES[name as keyof typeof BENCHES](gpu);
gpu.destroy();
process.exit(0);
