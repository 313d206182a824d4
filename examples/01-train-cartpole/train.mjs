// Trains CartPole-v1 and evaluates it.   npm install && node examples/01-train-cartpole/train.mjs
import { createTrainer, findEnvironment } from 'lockstep-ppo';
import { requestNodeGpu } from 'lockstep-ppo/node';

const gpu = await requestNodeGpu();
const environment = findEnvironment('CartPole-v1');
// Fields over the environment's own defaults; CONFIG_FIELDS describes them all.
const trainer = await createTrainer({ gpu, environment, config: { totalTimesteps: 250_000 } });

for await (const report of trainer) {
  const meanReturn = report.agents[0]['charts/episodic_return'];
  if (report.iteration % 5 === 0) console.log(report.timesteps, 'steps:', meanReturn.toFixed(1));
}
const { meanReturn, stdReturn } = await trainer.evaluate({ episodes: 100, greedy: true });
console.log(`greedy: ${meanReturn.toFixed(1)} ± ${stdReturn.toFixed(1)} on ${gpu.adapter.name}`);
trainer.destroy();
gpu.destroy();
