/** `npm run bench [-- stages] [--envs 64,1024] [--repeats 5] [--adapter NAME]` */
import { parseArgs } from 'node:util';
import { requestNodeGpu } from '../src/node/index';
import { benchStages, formatStageTimes } from './stages.bench';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    envs: { type: 'string', default: '64,256,1024,4096,16384' },
    repeats: { type: 'string', default: '5' },
    adapter: { type: 'string' },
  },
});

const gpu = await requestNodeGpu(values.adapter === undefined ? {} : { adapter: values.adapter });
console.log(
  `CartPole-v1, 32 steps, 4 epochs × 4 minibatches, 2 × 64 tanh, on ${gpu.adapter.name}\n`,
);
for (const numEnvs of values.envs.split(',').map(Number)) {
  const times = await benchStages({
    gpu,
    environment: 'CartPole-v1',
    config: { numEnvs, numSteps: 32 },
    repeats: Number(values.repeats),
  });
  console.log(`${formatStageTimes(times)}\n`);
}
gpu.destroy();
process.exit(0);
