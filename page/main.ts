/** The page: it asks the Worker to train, and shows what it is told. */
import type { News, Pace, Request, RunSetup, Status } from './messages';
import { LinkError, setupOf } from './share-link';
import { onTheme } from './ui/colors';
import { Controls } from './ui/controls';
import { byId } from './ui/elements';
import { Figures } from './ui/figures';
import { History } from './ui/history';
import { InsightPanel } from './ui/insight-panel';
import { Keep } from './ui/keep';
import { KeptList } from './ui/kept-list';
import { Notices } from './ui/notices';
import { OwnWorldPart } from './ui/own-world';
import { type Axis, Plot } from './ui/plot';
import { PLOTS } from './ui/plot-list';
import { Ranking } from './ui/ranking';
import { ReturnHistogram } from './ui/return-histogram';
import { RunForm } from './ui/run-form';
import { Scrubber } from './ui/scrubber';
import { Stage } from './ui/stage';
import { TakeOver } from './ui/take-over';

/** What runs when the page opens. */
const FIRST: RunSetup = { environment: 'CartPole-v1', config: {}, changes: [] };

const NO_WEBGPU =
  'This browser offers no WebGPU, which Lockstep trains on. Chrome and Edge have it from version ' +
  '113 on (on Android 121), Safari from version 26 on, Firefox from version 141 on Windows. The ' +
  'page must come over https or from localhost. Chrome says at chrome://gpu what is missing.';

class Page {
  private readonly worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  private readonly history = new History();
  private readonly notices = new Notices();
  private readonly figures = new Figures(this.history);
  private readonly keep = new Keep((request) => this.ask(request), this.notices);
  private readonly form = new RunForm((setup) => this.begin(setup));
  private readonly ownWorld = new OwnWorldPart(
    (world) => this.form.beginWith(world),
    (message) => this.notices.show('problem', message),
  );
  private readonly controls: Controls;
  private readonly plots: readonly Plot[];
  private readonly histogram = new ReturnHistogram();
  private readonly ranking = new Ranking(this.history);
  private readonly insight = new InsightPanel();
  private readonly keptList = new KeptList((request) => this.ask(request));
  private readonly takeOver = new TakeOver((request) => this.ask(request));
  private readonly scrubber = new Scrubber((iteration) => this.ask({ type: 'scrub', iteration }));
  private readonly stage: Stage;
  private readonly pause = byId('pause', HTMLButtonElement);
  private readonly step = byId('step', HTMLButtonElement);
  private status: Status = 'preparing';
  private environment = '';
  private axis: Axis = 'steps';
  private drawing = false;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<News>) => this.hear(data);
    this.worker.onerror = ({ message }) => this.notices.show('problem', message);
    this.stage = new Stage((request, transfer) => this.ask(request, transfer));
    this.controls = new Controls(byId('fields', HTMLElement), (config) =>
      this.ask({ type: this.changing, config }),
    );
    this.plots = PLOTS.map((row) => new Plot(row, this.history));
    const [first, ...others] = this.plots as [Plot, ...Plot[]];
    byId('first-plot', HTMLElement).append(first.panel);
    byId('plots', HTMLElement).append(...others.map(({ panel }) => panel), this.histogram.panel);
    this.listen();
  }

  /**
   * Begins the run of the link, or the usual one.
   * @param otherwise what begins in place of a link with a mistake; by default nothing does, and
   * the run at hand stays
   */
  async open(otherwise?: RunSetup): Promise<void> {
    const { hash } = location;
    try {
      const setup = (await setupOf(hash)) ?? FIRST;
      // A world takes a moment to unpack, in which another link may have been opened.
      if (hash === location.hash) this.begin(setup);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      // A run that begins clears the lines about others.
      if (otherwise) this.begin(otherwise);
      this.notices.show('problem', error.message);
    }
  }

  private listen(): void {
    this.pause.addEventListener('click', () =>
      this.setPace(this.status === 'training' ? 'pause' : 'train'),
    );
    this.step.addEventListener('click', () => this.setPace('step'));
    for (const input of document.querySelectorAll<HTMLInputElement>('input[name=axis]')) {
      input.addEventListener('change', () => {
        this.axis = input.value as Axis;
        this.updateSoon();
      });
    }
    onTheme(() => {
      for (const plot of [...this.plots, this.histogram]) plot.redraw();
    });
    addEventListener('hashchange', () => void this.open());
  }

  /** What a change of a control asks for. */
  private get changing(): 'change' | 'fork' {
    const chosen = document.querySelector<HTMLInputElement>('input[name=change]:checked');
    return chosen?.value === 'fork' ? 'fork' : 'change';
  }

  private ask(request: Request, transfer: Transferable[] = []): void {
    this.worker.postMessage(request, transfer);
  }

  private begin(setup: RunSetup): void {
    this.notices.clear();
    this.ownWorld.ask(setup.environment);
    this.ask({ type: 'begin', setup });
  }

  private setPace(pace: Pace): void {
    this.ask({ type: 'pace', pace });
  }

  private hear(news: News): void {
    switch (news.type) {
      case 'adapter':
        this.figures.showAdapter(news.adapter);
        break;
      case 'begun':
        this.beginRun(news);
        break;
      case 'reports':
        for (const report of news.reports) {
          this.history.add(report);
          this.figures.note(report);
        }
        this.updateSoon();
        break;
      case 'status':
        this.showStatus(news.status);
        break;
      case 'changed':
        if (news.isNew) this.keep.add(news.change);
        this.controls.show(news.config);
        break;
      case 'config':
        this.controls.show(news.config);
        break;
      case 'refused':
        this.notices.show('problem', news.message);
        this.controls.show(news.config);
        break;
      case 'fingerprint':
        this.keep.showFingerprint(news.iteration, news.hash);
        break;
      case 'file':
        this.keep.download(news.name, news.bytes);
        break;
      case 'restored':
        this.showRestored(news.lostAt, news.iteration);
        break;
      case 'moment':
        this.scrubber.offer(news.iterations);
        this.histogram.add(news.returns);
        break;
      case 'scores':
        this.takeOver.showScores(news.you, news.policy);
        break;
      case 'insight':
        this.insight.show(news);
        break;
      case 'shown':
        this.figures.showWorlds(news.worlds, news.iteration, news.isDuel);
        this.stage.describe(news.worlds, this.environment);
        break;
      case 'mistakes':
        if (!this.ownWorld.isOpen) this.notices.show('problem', `Your own world: ${news.message}`);
        this.ownWorld.showMistakes(news.mistakes);
        break;
      case 'failed':
        this.ownWorld.stop();
        this.notices.show('problem', news.lacksWebGpu ? NO_WEBGPU : news.message);
        document.body.dataset.webgpu = news.lacksWebGpu ? 'none' : 'some';
    }
  }

  private beginRun({ run }: Extract<News, { type: 'begun' }>): void {
    this.environment = run.environment;
    // A file was good, so that lines about others have had their time.
    if (!run.setup) this.notices.clear();
    if (run.isFork) this.history.goBackTo(run.iteration);
    else this.history.clear();
    this.ranking.show(run.config);
    this.figures.begin(run);
    this.form.show(run);
    this.ownWorld.begin(run);
    this.controls.begin(run.config);
    this.keep.begin(run.setup);
    this.scrubber.begin();
    void this.keptList.update();
    this.takeOver.begin(run);
    if (!run.isFork) this.histogram.begin();
    this.insight.begin(run.action);
    for (const [index, plot] of this.plots.entries()) {
      plot.begin(index === 0 ? run.rewardThreshold : undefined);
    }
    this.updateSoon();
  }

  private showStatus(status: Status): void {
    this.status = status;
    this.figures.showStatus(status);
    if (status === 'training') this.keep.forgetFingerprint();
    this.pause.textContent = status === 'training' ? 'Pause' : 'Resume';
    this.keep.allowFiles(['training', 'paused', 'finished'].includes(status));
    this.pause.disabled = !['training', 'paused'].includes(status);
    this.step.disabled = !['training', 'paused'].includes(status);
  }

  private showRestored(lostAt: number, iteration: number): void {
    this.history.goBackTo(iteration);
    this.notices.show(
      'note',
      `The graphics device was lost after iteration ${lostAt}. Training goes on from the ` +
        `checkpoint of iteration ${iteration}, on a new one.`,
    );
    this.updateSoon();
  }

  /** Draws plots and numbers once before the next picture of the screen. */
  private updateSoon(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.figures.update();
      this.ranking.update();
      for (const plot of this.plots) plot.update(this.axis);
    });
  }
}

void new Page().open(FIRST);
