/** The large numbers at the top, the badge, and the sentence that says what is seen. */
import type { AdapterDescription } from '../../src/index';
import { goalOf } from '../goals';
import type { RunFacts, Status, TimedReport } from '../messages';
import { byId } from './elements';
import type { History, Standing } from './history';
import { duration, short, whole } from './numbers';

/** Fewest episodes over which a mean return counts as solved. */
const EPISODES = 100;

const STATUS_WORDS: Readonly<Record<Status, string>> = {
  preparing: 'Preparing the kernels',
  training: 'Training',
  paused: 'Paused',
  finished: 'Finished',
  stopped: 'Stopped',
};

export class Figures {
  private readonly adapter = byId('adapter', HTMLElement);
  private readonly speed = byId('speed', HTMLElement);
  private readonly meanReturn = byId('return', HTMLElement);
  private readonly goal = byId('goal', HTMLElement);
  private readonly badge = byId('badge', HTMLElement);
  private readonly iteration = byId('iteration', HTMLElement);
  private readonly progress = byId('progress', HTMLProgressElement);
  private readonly status = byId('status', HTMLElement);
  private readonly sentence = byId('sentence', HTMLElement);
  private run: RunFacts | undefined;
  private device: AdapterDescription | undefined;
  private worlds = 0;
  private past: number | undefined;
  private isDuel = false;
  private solved = false;

  constructor(private readonly history: History) {}

  showAdapter(adapter: AdapterDescription): void {
    this.device = adapter;
    const kind = adapter.hardware ? '' : ', software on the processor: slower than a GPU';
    this.adapter.textContent = `${nameOf(adapter)}${kind}`;
    this.say();
  }

  begin(run: RunFacts): void {
    this.run = run;
    this.solved = false;
    this.badge.hidden = true;
    this.clear();
    const { rewardThreshold } = run;
    this.goal.textContent = rewardThreshold === undefined ? '' : `of ${short(rewardThreshold)}`;
    this.say();
  }

  showStatus(status: Status): void {
    this.status.textContent = STATUS_WORDS[status];
    document.body.dataset.status = status;
  }

  /**
   * @param worlds how many are shown
   * @param past the iteration of the policy that acts in them, where it is not the newest
   * @param isDuel whether somebody plays against it
   */
  showWorlds(worlds: number, past: number | undefined, isDuel: boolean): void {
    this.worlds = worlds;
    this.past = past;
    this.isDuel = isDuel;
    this.say();
  }

  /** Looks at each report, since only one of them is that at which the task is solved. */
  note({ active, agents }: TimedReport): void {
    const threshold = this.run?.rewardThreshold;
    const mean = agents[0]?.['charts/episodic_return'] ?? Number.NaN;
    if (this.solved || threshold === undefined || this.history.episodes < EPISODES) return;
    if (!(mean >= threshold)) return;
    this.solved = true;
    this.badge.textContent = `Solved in ${duration(active)}`;
    this.badge.hidden = false;
  }

  update(): void {
    const { last } = this.history;
    if (last) this.show(last);
    else this.clear();
  }

  private show({ iteration, iterations, steps, seconds, meanReturn }: Standing): void {
    const speed = this.history.speed();
    this.speed.textContent = Number.isFinite(speed) ? whole(speed) : '–';
    this.meanReturn.textContent = short(meanReturn);
    const done = `${whole(iteration)} of ${whole(iterations)}`;
    this.iteration.textContent = `${done}, ${whole(steps)} steps in ${duration(seconds)}`;
    this.progress.max = iterations;
    this.progress.value = iteration;
  }

  /** Shows that nothing has been reported. */
  private clear(): void {
    for (const place of [this.speed, this.meanReturn, this.iteration]) place.textContent = '–';
    this.progress.value = 0;
  }

  private say(): void {
    const { run, device } = this;
    if (!run) return;
    const { environment, config } = run;
    const count = config.numEnvs * config.numAgents;
    const copies = count === 1 ? 'one copy' : `${whole(count)} copies`;
    const on = device ? ` on ${nameOf(device)}` : '';
    const learns = `A policy learns ${goalOf(environment)}, in ${copies} of ${environment}${on}`;
    this.sentence.textContent = `${learns}${this.shown}.`;
  }

  /** What the worlds show, after what the policy learns. */
  private get shown(): string {
    const { worlds, past, isDuel } = this;
    if (worlds === 0) return '';
    if (isDuel) return '; below, you play against it, in worlds that begin alike';
    const acts = past === undefined ? 'acts now' : `acted after iteration ${whole(past)}`;
    return `; the ${whole(worlds)} worlds below show how it ${acts}`;
  }
}

function nameOf({ name, vendor }: AdapterDescription): string {
  return name.toLowerCase().includes(vendor) ? name : `${name} (${vendor})`;
}
