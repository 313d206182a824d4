/** What the Worker does on request: one run at a time, on one device, and its view. */
import {
  type EnvironmentDefinition,
  type Gpu,
  type PpoConfig,
  requestGpu,
  restoreTrainer,
} from '../../src/index';
import { keepRun } from '../kept-runs';
import type { FileKind, News, Request, RunSetup } from '../messages';
import { Viewer } from '../view/viewer';
import { makeFile } from './files';
import { Gate } from './gate';
import { WorldError } from './own-world';
import { checkpointOf, factsOf, type Prepared, prepare, prepareFile, prepareFork } from './prepare';
import { type Recovery, Run, type Surroundings } from './run';
import { Timeline } from './timeline';

type Tell = (news: News, transfer?: Transferable[]) => void;

/** Losses in a row, without an iteration between them, after which a device is given up. */
const MOST_LOSSES = 3;

export class Studio {
  private gpu: Gpu | undefined;
  private hadDevice = false;
  /** Undefined while no run is under way or rests. */
  private run: Run | undefined;
  private environment: EnvironmentDefinition | undefined;
  private readonly gate = new Gate();
  private readonly viewer: Viewer;
  /** Settles when the run before has ended. */
  private work: Promise<void> = Promise.resolve();
  /** Counts the runs, so that one that was replaced before it began does not begin. */
  private turn = 0;
  /** Counts what somebody asked for, so that a world that is ready too late does not begin. */
  private wish = 0;
  /** The device that is being opened. */
  private opening: Promise<Gpu> | undefined;

  constructor(private readonly tell: Tell) {
    this.viewer = new Viewer(tell, (error) => this.report(error));
  }

  handle(request: Request): void {
    switch (request.type) {
      case 'canvas':
        this.viewer.useCanvas(request.canvas);
        break;
      case 'size':
        this.viewer.resize(request.size);
        break;
      case 'display':
        this.viewer.display(request.display);
        break;
      case 'choose':
        this.viewer.choose(request.x, request.y);
        break;
      case 'scrub':
        this.viewer.scrub(request.iteration);
        break;
      case 'take-over':
        this.viewer.takeOver(request.on);
        break;
      case 'hold':
        this.viewer.hold(request.action, request.isPressed);
        break;
      case 'begin':
        this.begin(request.setup);
        break;
      case 'load':
        this.load(request.bytes);
        break;
      case 'pace':
        this.gate.set(request.pace);
        break;
      case 'change':
        this.run?.change(request.config);
        break;
      case 'fork':
        this.fork(request.config);
        break;
      case 'file':
        void this.sendFile(request.kind);
    }
  }

  /** Takes the device away, as a driver that crashes does. */
  loseDevice(): void {
    (this.gpu?.device as { destroy(): void } | undefined)?.destroy();
  }

  /** A world of somebody's own, which may have mistakes, takes over once it is ready. */
  private begin(setup: RunSetup): void {
    if (typeof setup.environment === 'string' || !this.run) {
      this.replace((gpu) => prepare(gpu, setup));
    } else void this.prepareMeanwhile((gpu) => prepare(gpu, setup));
  }

  /** Prepares a run while the one at hand goes on, and begins it in its place. */
  private async prepareMeanwhile(make: (gpu: Gpu) => Promise<Prepared>): Promise<void> {
    this.wish += 1;
    const { wish } = this;
    try {
      const prepared = await make(await this.openDevice());
      const leave = (): void => prepared.trainer.destroy();
      if (wish !== this.wish) leave();
      else this.replace(async () => prepared, leave);
    } catch (error) {
      if (wish === this.wish) this.report(error);
    }
  }

  /** Trains one more agent, once its kernels are ready; a value that is refused changes nothing. */
  private fork(config: Partial<PpoConfig>): void {
    const { run, environment } = this;
    if (!run || !environment) return;
    const { trainer } = run;
    void this.prepareMeanwhile(async (gpu) => {
      try {
        return await prepareFork(gpu, trainer, environment, config);
      } finally {
        // The control shows the value of the run again until the fork begins.
        if (run === this.run) this.tell({ type: 'config', config: trainer.config });
      }
    });
  }

  /** A file that the page cannot continue leaves the run at hand as it is. */
  private load(bytes: Uint8Array): void {
    try {
      const checkpoint = checkpointOf(bytes);
      this.replace((gpu) => prepareFile(gpu, checkpoint));
    } catch (error) {
      const message = `The file ${(error as Error).message}`;
      this.tell({ type: 'failed', message, lacksWebGpu: false });
    }
  }

  /**
   * Ends the run at hand and begins another.
   * @param leave called in place of `make` where yet another run has taken its turn
   */
  private replace(make: (gpu: Gpu) => Promise<Prepared>, leave = (): void => {}): void {
    this.wish += 1;
    this.turn += 1;
    const { turn } = this;
    this.run?.end();
    this.run = undefined;
    this.gate.set('train');
    this.work = this.work.then(async () => {
      if (turn !== this.turn) return leave();
      this.tell({ type: 'status', status: 'preparing' });
      try {
        const prepared = await make(await this.openDevice());
        if (turn !== this.turn) return prepared.trainer.destroy();
        this.tell({ type: 'begun', run: factsOf(prepared) });
        await this.train(prepared, turn);
      } catch (error) {
        // Nobody asks any more what became of a run that was replaced.
        if (turn === this.turn) this.fail(error);
      }
    });
  }

  /** Trains to the end of the run, over lost devices. */
  private async train(first: Prepared, turn: number): Promise<void> {
    const surroundings = this.surroundingsOf(first);
    const { timeline } = surroundings;
    let prepared = first;
    let losses = 0;
    while (turn === this.turn) {
      const run = new Run(prepared.trainer, prepared.start, surroundings);
      try {
        return await this.trainOn(run, prepared, timeline);
      } catch (error) {
        const { recovery, iteration } = run;
        losses = iteration > prepared.start.iteration ? 1 : losses + 1;
        const isOver = turn !== this.turn || losses > MOST_LOSSES;
        if (isOver || !recovery || !isGpuError(error)) throw error;
        this.tell({ type: 'status', status: 'preparing' });
        prepared = await this.restore(prepared, recovery);
        if (turn !== this.turn) return prepared.trainer.destroy();
        timeline.goBackTo(recovery.iteration);
        this.tell({ type: 'restored', lostAt: iteration, iteration: recovery.iteration });
      }
    }
  }

  private surroundingsOf({ environment }: Prepared): Surroundings {
    const begun = Date.now();
    const keep = (checkpoint: Uint8Array, iteration: number): void => {
      // A run that has only begun would take the place of another one.
      if (iteration === 0) return;
      const run = { environment: environment.id, iteration, time: Date.now(), checkpoint };
      // Browsers may have no storage, or no room in it.
      keepRun(begun, run).catch(() => {});
    };
    return { gate: this.gate, timeline: new Timeline(), tell: this.tell, keep };
  }

  /** Trains on the device at hand. */
  private async trainOn(
    run: Run,
    { trainer, environment }: Prepared,
    timeline: Timeline,
  ): Promise<void> {
    this.run = run;
    this.environment = environment;
    try {
      this.viewer.show(this.gpu!, { environment, trainer, timeline });
      await run.train();
    } finally {
      this.run = undefined;
      // What goes wrong here must not hide what ended the run.
      await this.viewer.leave().catch((error: unknown) => this.report(error));
      trainer.destroy();
    }
  }

  /** Prepares a run that lost its device on another one. */
  private async restore(lost: Prepared, recovery: Recovery): Promise<Prepared> {
    const { environment } = lost;
    const { checkpoint } = recovery;
    const gpu = await this.openDevice();
    const trainer = await restoreTrainer({ gpu, checkpoint, environment });
    return { ...lost, trainer, start: recovery };
  }

  /** The device at hand, or another one where it is gone. */
  private openDevice(): Promise<Gpu> {
    this.opening ??= this.open().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  private async open(): Promise<Gpu> {
    if (this.gpu && !isGone(this.gpu)) return this.gpu;
    this.gpu?.destroy();
    this.gpu = undefined;
    this.gpu = await requestGpu().catch((error: Error) => {
      if (!this.hadDevice) throw error;
      const { message } = error;
      throw new Error(`The device was lost, and no other device could be opened: ${message}.`);
    });
    this.hadDevice = true;
    this.tell({ type: 'adapter', adapter: this.gpu.adapter });
    return this.gpu;
  }

  /** Sends a file of the run at hand, if there is one. */
  private async sendFile(kind: FileKind): Promise<void> {
    const { run, environment } = this;
    if (!run || !environment) return;
    try {
      const file = await makeFile(kind, run.trainer, environment, run.iteration);
      this.tell({ type: 'file', kind, ...file }, [file.bytes.buffer]);
    } catch (error) {
      if (run === this.run) this.report(error);
    }
  }

  private fail(error: unknown): void {
    this.report(error);
    this.tell({ type: 'status', status: 'stopped' });
  }

  /** Says what went wrong beside the run, which goes on. */
  private report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof WorldError) {
      this.tell({ type: 'mistakes', message, mistakes: error.mistakes });
      return;
    }
    // Before there is a device, only its request throws this, for want of WebGPU or an adapter.
    const lacksWebGpu = !this.hadDevice && isGpuError(error);
    this.tell({ type: 'failed', message, lacksWebGpu });
  }
}

function isGone(gpu: Gpu): boolean {
  try {
    gpu.check();
    return false;
  } catch {
    return true;
  }
}

/** Whether a device is missing or gone, and not the run at fault. */
function isGpuError(error: unknown): boolean {
  return error instanceof Error && error.name === 'GpuError';
}
