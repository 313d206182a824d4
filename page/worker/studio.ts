/** What the Worker does on request: one run at a time, on one device, and its view. */
import {
  createTrainer,
  decodeCheckpoint,
  type EnvironmentDefinition,
  findEnvironment,
  type Gpu,
  requestGpu,
  restoreTrainer,
  type Trainer,
} from '../../src/index';
import type { FileKind, News, Request, RunSetup } from '../messages';
import { Viewer } from '../view/viewer';
import { makeFile } from './files';
import { Gate } from './gate';
import { Run, type RunStart } from './run';

type Tell = (news: News, transfer?: Transferable[]) => void;

/** A trainer, and where its run stands. */
interface Prepared {
  readonly trainer: Trainer;
  readonly environment: EnvironmentDefinition;
  readonly start: RunStart;
  /** Undefined where the run came from a file. */
  readonly setup: RunSetup | undefined;
}

/** Losses in a row, without an iteration between them, after which a device is given up. */
const MOST_LOSSES = 3;

export class Studio {
  private gpu: Gpu | undefined;
  private hadDevice = false;
  private run: Run | undefined;
  private environment: EnvironmentDefinition | undefined;
  private readonly gate = new Gate();
  private readonly viewer: Viewer;
  /** Settles when the run before has ended. */
  private work: Promise<void> = Promise.resolve();
  /** Counts the runs, so that one that was replaced before it began does not begin. */
  private turn = 0;

  constructor(private readonly tell: Tell) {
    this.viewer = new Viewer(
      (worlds) => tell({ type: 'shown', worlds }),
      (error) => this.report(error),
    );
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
      case 'begin':
        this.replace((gpu) => prepare(gpu, request.setup));
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
      case 'file':
        void this.sendFile(request.kind);
    }
  }

  /** Takes the device away, as a driver that crashes does. */
  loseDevice(): void {
    (this.gpu?.device as { destroy(): void } | undefined)?.destroy();
  }

  /** A file that is no checkpoint leaves the run at hand as it is. */
  private load(bytes: Uint8Array): void {
    try {
      const checkpoint = decodeCheckpoint(bytes);
      this.replace((gpu) => prepareFile(gpu, checkpoint));
    } catch (error) {
      const message = `The file ${(error as Error).message}`;
      this.tell({ type: 'failed', message, lacksWebGpu: false });
    }
  }

  /** Ends the run at hand and begins another. */
  private replace(make: (gpu: Gpu) => Promise<Prepared>): void {
    this.turn += 1;
    const { turn } = this;
    this.run?.end();
    this.gate.set('train');
    this.work = this.work.then(async () => {
      if (turn !== this.turn) return;
      this.tell({ type: 'status', status: 'preparing' });
      try {
        const prepared = await make(await this.openDevice());
        if (turn !== this.turn) return prepared.trainer.destroy();
        this.tell({ type: 'begun', run: factsOf(prepared) });
        await this.train(prepared, turn);
      } catch (error) {
        this.fail(error);
      }
    });
  }

  /** Trains to the end of the run, over lost devices. */
  private async train(first: Prepared, turn: number): Promise<void> {
    let prepared = first;
    let losses = 0;
    while (turn === this.turn) {
      try {
        return await this.trainOn(prepared);
      } catch (error) {
        const { recovery, iteration } = this.run!;
        losses = iteration > prepared.start.iteration ? 1 : losses + 1;
        if (!isLoss(error) || !recovery || losses > MOST_LOSSES) throw error;
        const { environment } = prepared;
        const { checkpoint } = recovery;
        const gpu = await this.openDevice();
        const trainer = await restoreTrainer({ gpu, checkpoint, environment });
        this.tell({ type: 'restored', lostAt: iteration, iteration: recovery.iteration });
        prepared = { ...prepared, trainer, start: recovery };
      }
    }
  }

  /** Trains on the device at hand. */
  private async trainOn({ trainer, environment, start }: Prepared): Promise<void> {
    const run = new Run(trainer, start, this.gate, this.tell);
    this.run = run;
    this.environment = environment;
    try {
      this.viewer.show(this.gpu!, environment, trainer);
      await run.train();
    } finally {
      // What goes wrong here must not hide what ended the run.
      await this.viewer.leave().catch((error: unknown) => this.report(error));
      trainer.destroy();
    }
  }

  /** The device at hand, or another one where it is gone. */
  private async openDevice(): Promise<Gpu> {
    if (this.gpu && !isGone(this.gpu)) return this.gpu;
    this.gpu = undefined;
    this.gpu = await requestGpu().catch((error: Error) => {
      if (!this.hadDevice) throw error;
      throw new Error(
        `The device was lost, and no other device could be opened: ${error.message}.`,
      );
    });
    this.hadDevice = true;
    this.tell({ type: 'adapter', adapter: this.gpu.adapter });
    return this.gpu;
  }

  private async sendFile(kind: FileKind): Promise<void> {
    const { run, environment } = this;
    if (!run || !environment) return;
    try {
      const file = await makeFile(kind, run.trainer, environment, run.iteration);
      this.tell({ type: 'file', kind, ...file }, [file.bytes.buffer]);
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    this.report(error);
    this.tell({ type: 'status', status: 'stopped' });
  }

  /** Says what went wrong beside the run, which goes on. */
  private report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.tell({ type: 'failed', message, lacksWebGpu: !this.hadDevice });
  }
}

async function prepare(gpu: Gpu, setup: RunSetup): Promise<Prepared> {
  const environment = findEnvironment(setup.environment);
  const trainer = await createTrainer({ gpu, environment, config: setup.config });
  const start = { iteration: 0, active: 0, changes: setup.changes };
  return { trainer, environment, start, setup };
}

async function prepareFile(
  gpu: Gpu,
  checkpoint: ReturnType<typeof decodeCheckpoint>,
): Promise<Prepared> {
  const { environment, snapshot } = checkpoint;
  const trainer = await restoreTrainer({ gpu, checkpoint });
  const { iteration, seconds: active } = snapshot.counters;
  return { trainer, environment, start: { iteration, active, changes: [] }, setup: undefined };
}

function factsOf({ trainer, environment, start, setup }: Prepared) {
  const { id, rewardThreshold } = environment;
  const { config } = trainer;
  return { environment: id, config, rewardThreshold, iteration: start.iteration, setup };
}

function isGone(gpu: Gpu): boolean {
  try {
    gpu.check();
    return false;
  } catch {
    return true;
  }
}

/** Whether the device is gone, and not the run at fault. */
function isLoss(error: unknown): boolean {
  return error instanceof Error && error.name === 'GpuError';
}
