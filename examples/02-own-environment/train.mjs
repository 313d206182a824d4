// Trains an environment of one's own.   npm install && node examples/02-own-environment/train.mjs
import { createTrainer } from 'lockstep-ppo';
import { requestNodeGpu } from 'lockstep-ppo/node';
import { reach } from './environment.mjs';

const gpu = await requestNodeGpu();
const config = { totalTimesteps: 200_000 };
const trainer = await createTrainer({ gpu, environment: reach, config });
const before = await trainer.evaluate({ episodes: 100 });

for await (const { iteration, timesteps, agents } of trainer) {
  const { 'charts/episodic_return': mean, 'charts/episodic_length': length } = agents[0];
  if (iteration % 10 !== 0) continue;
  console.log(`${timesteps} steps: return ${mean.toFixed(1)} in ${length.toFixed(0)} steps`);
}
const after = await trainer.evaluate({ episodes: 100 });
console.log(
  `greedy return: ${before.meanReturn.toFixed(1)} before, ${after.meanReturn.toFixed(1)} after`,
);
trainer.destroy();
gpu.destroy();
