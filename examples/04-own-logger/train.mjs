// Trains with a logger of one's own.   npm install && node examples/04-own-logger/train.mjs
import { mkdirSync } from 'node:fs';
import { createTrainer, describePlan, findEnvironment } from 'lockstep-ppo';
import { folderLogger, requestNodeGpu } from 'lockstep-ppo/node';
import { csvLogger } from './csv-logger.mjs';

const folder = process.argv[2] ?? 'runs/own-logger';
mkdirSync(folder, { recursive: true });

const gpu = await requestNodeGpu();
const environment = findEnvironment('CartPole-v1');
const trainer = await createTrainer({ gpu, environment, config: { totalTimesteps: 100_000 } });
// Beside the table: metrics.jsonl, notes.jsonl and event files for TensorBoard.
const logger = folderLogger(folder, { others: [csvLogger(`${folder}/returns.csv`)] });

let place = { iteration: 0, timesteps: 0 };
const run = {
  environment: environment.id,
  config: trainer.config,
  adapter: gpu.adapter.name,
  plan: describePlan(trainer.plan),
};
logger.log({ type: 'start', run, ...place });
for await (const report of trainer) {
  logger.log({ type: 'iteration', report });
  place = { iteration: report.iteration, timesteps: report.timesteps };
}
const evaluation = await trainer.evaluate({ episodes: 100 });
logger.log({ type: 'evaluation', evaluation, ...place });
logger.log({ type: 'end', reason: 'finished', ...place });
await logger.close();
console.log(`return ${evaluation.meanReturn.toFixed(1)}; the table is ${folder}/returns.csv`);
trainer.destroy();
gpu.destroy();
