/**
 * A contestant of the bench (its protocol: README.md): PPO in tfjs.
 * `node bench/dist/tfjs.js --form idiomatic|hand-tuned --backend wasm|webgpu|cpu [--threads 2]`
 */
import { createInterface } from 'node:readline';
import { openBackend } from './backends';
import { createHandTunedLearner } from './hand-tuned/learner';
import { createIdiomaticLearner } from './idiomatic/learner';
import type { Learner } from './learner';
import { type Event, serve, solve } from './protocol';
import { seedMathRandom } from './random';
import { parseSettings, type Settings } from './workload';

const say = (event: Event): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};

async function createLearner(settings: Settings): Promise<Learner> {
  const { form, backend, threads, workload } = settings;
  seedMathRandom(workload.seed);
  if (form === 'hand-tuned') return createHandTunedLearner(backend, threads, workload);
  const detail = await openBackend(backend);
  return createIdiomaticLearner(workload, `${detail}, Node ${process.versions.node}, 1 thread`);
}

async function main(): Promise<void> {
  const start = performance.now() - 1000 * process.uptime();
  const settings = parseSettings(process.argv.slice(2));
  const learner = await createLearner(settings);
  if (settings.solve) {
    await solve(learner, settings.solve, start, say);
  } else {
    const name = `tfjs ${settings.form}, ${settings.backend}`;
    await serve(name, learner, () => createInterface({ input: process.stdin }), say);
  }
  learner.close();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
