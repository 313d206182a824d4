// Trains in a game that is plain JavaScript.   npm install && node examples/06-host-world/train.mjs
import { createTrainer } from 'lockstep-ppo';
import { requestNodeGpu } from 'lockstep-ppo/node';
import { environment } from './world.mjs';

const gpu = await requestNodeGpu();
const totalTimesteps = Number(process.argv[2] ?? 200_000);
const trainer = await createTrainer({ gpu, environment, config: { totalTimesteps } });
const before = await trainer.evaluate({ episodes: 50 });

for await (const { iteration, timesteps, agents } of trainer) {
  if (iteration % 10 !== 0) continue;
  console.log(`${timesteps} steps: ${agents[0]['charts/episodic_return'].toFixed(1)} fruits`);
}
const after = await trainer.evaluate({ episodes: 50 });
console.log(`fruits: ${before.meanReturn.toFixed(1)} before, ${after.meanReturn.toFixed(1)} after`);
trainer.destroy();
gpu.destroy();
