// What pages, workers and threads of the tests do: a short run.
import { createTrainer, findEnvironment } from 'lockstep-ppo';

const config = { numEnvs: 8, numSteps: 16, totalTimesteps: 3 * 8 * 16, hiddenSizes: [8, 8] };

/** The numbers of the iterations. */
export async function train(gpu) {
  const environment = findEnvironment('CartPole-v1');
  const trainer = await createTrainer({ gpu, environment, config });
  const iterations = [];
  for await (const { iteration } of trainer) iterations.push(iteration);
  trainer.destroy();
  gpu.destroy();
  return iterations;
}
