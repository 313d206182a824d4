/**
 * `npm run bench [-- BENCH …] [OPTION …]`: measures, prints a table per bench, and writes one JSON
 * file and charts made from it. bench/README.md describes each bench and lists the options.
 */
import { requestNodeGpu } from '../src/node/index';
import { benchAgainst } from './against.bench';
import { benchCompare } from './compare.bench';
import { benchDoors } from './doors.bench';
import { benchEnvironments } from './environments.bench';
import { runLearning } from './learning.bench';
import { benchRoofline } from './roofline.bench';
import { benchSaving } from './saving.bench';
import { benchSelfPlay } from './self-play.bench';
import { benchSoak } from './soak.bench';
import { benchSolve } from './solve.bench';
import { runStages } from './stages.bench';
import { benchStartup } from './startup.bench';
import type { Bench } from './support/bench';
import { OptionError, type Options, parseOptions } from './support/options';
import { progressPrinter } from './support/progress';
import { publish, redraw } from './support/publish';
import { benchTraining } from './training.bench';

const BENCHES: Readonly<Record<string, Bench>> = {
  training: benchTraining,
  environments: benchEnvironments,
  doors: benchDoors,
  compare: benchCompare,
  solve: benchSolve,
  startup: benchStartup,
  roofline: benchRoofline,
  stages: runStages,
  learning: runLearning,
  against: benchAgainst,
  saving: benchSaving,
  soak: benchSoak,
  'self-play': benchSelfPlay,
};
/** Benches that run by default. */
const USUAL: readonly string[] = ['training', 'roofline', 'startup', 'compare', 'solve'];

/** Draws the charts of the recorded results; measures nothing and needs no device. */
const CHARTS = 'charts';

async function run(options: Options): Promise<void> {
  if (options.benches.includes(CHARTS)) return redraw();
  const wish = options.adapter === undefined ? {} : { adapter: options.adapter };
  const gpu = await requestNodeGpu({ ...wish, matrixUnits: true });
  const { name: adapter } = gpu.adapter;
  console.log(`on ${adapter}`);
  for (const name of options.benches.length > 0 ? options.benches : USUAL) {
    const progress = progressPrinter(name);
    publish(await BENCHES[name]!({ gpu, options, progress }), adapter, options);
  }
  gpu.destroy();
}

// Children end with this process only if it exits by itself.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
try {
  await run(parseOptions(process.argv.slice(2), [...Object.keys(BENCHES), CHARTS]));
  process.exit(0);
} catch (error) {
  const isUsage = error instanceof OptionError;
  console.error(isUsage ? error.message : error);
  process.exit(isUsage ? 2 : 1);
}
