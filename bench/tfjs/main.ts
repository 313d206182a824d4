/**
 * A contestant of the bench (its protocol: README.md): PPO in tfjs.
 * `node bench/dist/tfjs.js --form idiomatic|hand-tuned --backend wasm|webgpu|cpu [--threads 2]
 * [--browser]`
 */
import { createInterface } from 'node:readline';
import { runInBrowser } from './browser';
import { createLearner } from './create-learner';
import { nodePlatform } from './node';
import { type Event, serve, solve } from './protocol';
import { parseSettings, type Settings } from './workload';

const say = (event: Event): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};
const readLines = (): AsyncIterable<string> => createInterface({ input: process.stdin });

async function runHere(settings: Settings): Promise<void> {
  const processStart = performance.now() - 1000 * process.uptime();
  const learner = await createLearner(nodePlatform, settings);
  if (settings.solve) await solve(learner, settings.solve, processStart, say);
  else await serve(settings.name, learner, readLines, say);
  learner.close();
}

try {
  const settings = parseSettings(process.argv.slice(2));
  await (settings.browser ? runInBrowser(settings, readLines, say) : runHere(settings));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
