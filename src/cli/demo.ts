/** `lockstep demo`: trains on CartPole-v1 and shows how the agent learns. */
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import { framesOf } from '../drawing/frames';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Drawing } from '../environments/drawing';
import type { IterationReport } from '../trainer/metrics';
import { formatSum } from './caption';
import { formatDefinitions } from './definitions';
import { type OpenGpu, withGpu } from './device';
import type { CommandLine } from './flags';
import { Interrupts } from './interrupts';
import { formatInteger, formatNumber, formatRate, formatSpread } from './numbers';
import { Pacer, pictureLines } from './picture';
import { createProgress } from './progress';
import { resolveConfig } from './resolve-config';
import { formatChart, type ReturnChart } from './return-chart';
import { Screen } from './screen';
import { type ShowServices, USUAL_RATE } from './show-services';
import type { Terminal } from './terminal';
import type { Training } from './train';

const ENVIRONMENT = 'CartPole-v1';
const EPISODES = 100;
/** Parts of the run after which the agent is shown. */
const SHOWS = 5;
/** Milliseconds of an episode that are shown on the way, and at the end. */
const SHOWN = 1600;
const SHOWN_LAST = 5000;
/** Milliseconds for which an end is shown, and between two drawings of the curve. */
const LAST_STATE = 500;
const REDRAW_INTERVAL = 100;
const PICTURES_PER_SECOND = 25;
/** Lines of the curve and of the text around it. */
const CHART_ROWS = 9;
const TEXT_ROWS = 4;
const MOST_COLUMNS = 78;

const NEXT: readonly (readonly [string, string])[] = [
  ['lockstep train Acrobot-v1', 'train on another environment, with a folder that keeps the run'],
  ['lockstep watch FOLDER', 'watch what that run has learned'],
  ['lockstep envs', 'list the environments'],
  ['lockstep help train', 'list all settings'],
];

/** @returns the exit code. */
export async function demo<G extends OpenGpu>(
  line: CommandLine,
  services: ShowServices<G>,
  terminal: Terminal,
): Promise<number> {
  const environment = services.findEnvironment(ENVIRONMENT);
  const config = resolveConfig(line, environment, services.readText);
  const { stdout, stderr } = terminal;
  const announce = ({ adapter }: G): void =>
    void stdout.write(`${ENVIRONMENT} on ${adapter.name}: compiling the kernels\n`);
  return withGpu(services, line, { stderr, announce }, async (gpu) => {
    const note = (): void => {};
    const run = { environment, config, checkpoint: undefined, stop: {}, tune: false };
    const trainer = await services.createTrainer({ gpu, ...run, note });
    const view = stdout.isTTY
      ? new LiveView(environment, trainer, stepsOf(config), services, terminal)
      : new PlainView(services, terminal);
    const tell = (text: string): void => void stderr.write(`${text}\n`);
    const interrupts = new Interrupts(services, tell, () => {
      view.end();
      trainer.stop();
    });
    try {
      const trained = await train(trainer, view, interrupts, services);
      if (interrupts.happened) return interrupts.code;
      view.end();
      const { meanReturn, stdReturn } = await trainer.evaluate({
        episodes: EPISODES,
        greedy: true,
      });
      const result = { environment, trained, meanReturn, stdReturn };
      stdout.write(`${formatResult(result)}\n`);
      return interrupts.code;
    } finally {
      view.end();
      interrupts.ignore();
    }
  });
}

/** Steps of a whole run. */
function stepsOf(config: PpoConfig): number {
  const { iterations, batch } = deriveSizes(config);
  return iterations * batch;
}

/** What a run has come to. */
interface Trained {
  readonly timesteps: number;
  /** Without those in which the agent was shown. */
  readonly seconds: number;
}

/** What shows a run. */
interface View {
  /** Shows the agent; `steps` is how many it was trained on, undefined after the whole run. */
  agent(steps: number | undefined, stopped: () => boolean): Promise<void>;
  report(report: IterationReport, trained: Trained): void;
  /** Leaves what was shown last. */
  end(): void;
}

async function train(
  trainer: Training,
  view: View,
  interrupts: Interrupts,
  { now }: Pick<ShowServices<OpenGpu>, 'now'>,
): Promise<Trained> {
  const stopped = (): boolean => interrupts.happened;
  await view.agent(0, stopped);
  let begin = now();
  let trained: Trained = { timesteps: 0, seconds: 0 };
  let shown = 0;
  for await (const report of trainer) {
    const { iteration, iterations, timesteps } = report;
    trained = { timesteps, seconds: (now() - begin) / 1000 };
    if (stopped()) break;
    view.report(report, trained);
    const part = Math.floor((SHOWS * iteration) / iterations);
    if (part === shown || part === SHOWS) continue;
    shown = part;
    const before = now();
    await view.agent(timesteps, stopped);
    begin += now() - before;
  }
  if (!stopped()) await view.agent(undefined, stopped);
  return trained;
}

/** The curve of the return, and below it the agent now and then. */
class LiveView implements View {
  private readonly screen: Screen;
  private readonly pacer: Pacer;
  private readonly points: [number, number][] = [];
  private status = 'return';
  private picture: readonly string[] = [];
  private drawnAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly environment: EnvironmentDefinition,
    private readonly trainer: Training,
    /** Of the whole run. */
    private readonly steps: number,
    private readonly services: ShowServices<OpenGpu>,
    private readonly terminal: Terminal,
  ) {
    this.screen = new Screen(terminal.stdout);
    this.pacer = new Pacer(services);
  }

  report(report: IterationReport, trained: Trained): void {
    const { timesteps, iteration, iterations } = report;
    const value = report.agents[0]!['charts/episodic_return'];
    this.points.push([timesteps, value]);
    this.status = formatStatus(value, trained);
    const now = this.services.now();
    if (now - this.drawnAt < REDRAW_INTERVAL && iteration < iterations) return;
    this.drawnAt = now;
    this.draw();
  }

  async agent(steps: number | undefined, stopped: () => boolean): Promise<void> {
    const { environment, pacer } = this;
    const { stepsPerSecond = USUAL_RATE } = environment;
    const every = Math.ceil(stepsPerSecond / PICTURES_PER_SECOND);
    const milliseconds = steps === undefined ? SHOWN_LAST : SHOWN;
    const maxSteps = Math.ceil((stepsPerSecond * milliseconds) / 1000);
    for await (const frame of framesOf(environment, this.trainer.play({ maxSteps }))) {
      if (stopped()) return;
      if (!frame.ending && frame.step % every !== 0) continue;
      const fell = frame.ending === 'terminated' ? ', then it failed' : '';
      this.picture = [
        `${formatAgent(steps)}: ${formatSum(frame.sum)} steps upright${fell}`,
        ...this.pictureOf(frame.drawing),
      ];
      this.draw();
      await pacer.wait(frame.ending ? LAST_STATE : (1000 * every) / stepsPerSecond);
    }
  }

  end(): void {
    this.screen.end();
  }

  private get columns(): number {
    return Math.min(this.screen.size.columns, MOST_COLUMNS);
  }

  private pictureOf(drawing: Drawing): string[] {
    const rows = Math.max(3, this.screen.size.rows - CHART_ROWS - TEXT_ROWS);
    return pictureLines(drawing, { columns: this.columns, rows }, this.color);
  }

  private get color(): boolean {
    return this.terminal.stdout.color ?? false;
  }

  private draw(): void {
    const { maxEpisodeSteps, rewardThreshold: goal } = this.environment;
    const { points, steps, columns, color } = this;
    const chart: ReturnChart = { points, steps, range: [0, maxEpisodeSteps ?? 1], goal };
    const curve = formatChart(chart, { columns, rows: CHART_ROWS, color });
    this.screen.show([this.status, ...curve, '', ...this.picture]);
  }
}

/** Lines of progress, where there is no terminal. */
class PlainView implements View {
  private readonly progress;

  constructor({ now }: ShowServices<OpenGpu>, { stdout }: Terminal) {
    this.progress = createProgress(stdout, now);
  }

  async agent(): Promise<void> {}

  report(report: IterationReport): void {
    this.progress.report(report);
  }

  end(): void {
    this.progress.end();
  }
}

function formatAgent(steps: number | undefined): string {
  if (steps === undefined) return 'the trained agent';
  return steps === 0 ? 'the untrained agent' : `the agent after ${formatInteger(steps)} steps`;
}

function formatStatus(value: number, { timesteps, seconds }: Trained): string {
  const rate = formatRate(timesteps / seconds);
  const steps = `${formatInteger(timesteps)} steps, ${rate} steps/s`;
  return `return ${formatNumber(value, 1)} after ${steps}`;
}

interface Result {
  readonly environment: EnvironmentDefinition;
  readonly trained: Trained;
  readonly meanReturn: number;
  readonly stdReturn: number;
}

function formatResult({ environment, trained, ...result }: Result): string {
  const { id, rewardThreshold = Number.NEGATIVE_INFINITY } = environment;
  const { meanReturn, stdReturn } = result;
  const solved = meanReturn >= rewardThreshold ? 'solved' : 'not solved';
  const returns = formatSpread(meanReturn, stdReturn, formatSum);
  const { timesteps, seconds } = trained;
  return [
    '',
    `${id} is ${solved}: a return of ${returns} over ${EPISODES} episodes,`,
    `after ${formatInteger(timesteps)} steps of training in ${seconds.toFixed(1)} s.`,
    '',
    'What to do next:',
    formatDefinitions(NEXT),
  ].join('\n');
}
