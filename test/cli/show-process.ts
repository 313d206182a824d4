/** A process whose trainer plays episodes from a script, for the commands that show them. */
import type { OpenGpu } from '../../src/cli/device';
import { dispatch, type Services } from '../../src/cli/dispatch';
import type { EndingSignal } from '../../src/cli/signals';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import type { PpoConfig } from '../../src/config/ppo-config';
import type { Frame } from '../../src/drawing/frames';
import type { MovingOptions } from '../../src/drawing/recording';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { ENVIRONMENTS, findEnvironment } from '../../src/environments/index';
import type { PlayOptions } from '../../src/trainer/play-options';
import type { PlayedStep } from '../../src/trainer/played-step';
import { makeReport, Recorder } from './reports';

const CARTPOLE = findEnvironment('CartPole-v1');

/** A step of CartPole in which the cart stands as far to the right as there were steps. */
export function cartStep(episode: number, step: number, ending?: Partial<PlayedStep>): PlayedStep {
  const stateAt = (position: number) => ({ position, velocity: 0, angle: 0, angular_velocity: 0 });
  return {
    ...{
      episode,
      step,
      params: {},
      state: stateAt(step / 10),
      nextState: stateAt((step + 1) / 10),
    },
    ...{ observation: [step / 10, 0, 0, 0], nextObservation: [(step + 1) / 10, 0, 0, 0] },
    ...{ action: [step % 2], reward: 1, terminated: false, truncated: false },
    ...ending,
  };
}

/** Episodes of these lengths, which end in turn by the task and by the clock. */
export function* cartEpisodes(lengths: readonly number[]): Generator<PlayedStep> {
  for (const [episode, length] of lengths.entries()) {
    for (let step = 0; step < length; step++) {
      const last = step === length - 1;
      const endings = {
        terminated: last && episode % 2 === 0,
        truncated: last && episode % 2 === 1,
      };
      yield cartStep(episode, step, endings);
    }
  }
}

export class ShowProcess {
  readonly stdout: Recorder;
  readonly stderr = new Recorder();
  readonly log: string[] = [];
  interrupt: ((signal: EndingSignal) => void) | undefined;
  /** Lengths of the episodes that are played. */
  lengths: readonly number[] = [3, 2];
  config: PpoConfig = { ...DEFAULT_CONFIG, ...CARTPOLE.defaults };
  environment: EnvironmentDefinition = CARTPOLE;
  /** What modules export. */
  module: EnvironmentDefinition = CARTPOLE;
  /** Reasons why files cannot be used, by path. */
  badFiles: Record<string, string> = {};
  /** Milliseconds that the process has waited. */
  waited: number[] = [];
  /** Called before every wait. */
  beforeWait: (waits: number) => void = () => {};
  /** What was played. */
  readonly played: PlayOptions[] = [];
  /** How often an iterator of steps was closed, early or at its end. */
  closed = 0;
  recorded: { readonly frames: readonly Frame[]; readonly options: MovingOptions } | undefined;
  iterations = 100;
  /** About the adapter. */
  warnings: string[] = [];
  private clock = 0;
  private stopped = false;

  constructor(isTTY: boolean, color = false) {
    this.stdout = isTTY ? new Recorder(true, 40, 14, color) : new Recorder();
  }

  run(command: string): Promise<number> {
    return dispatch(command.split(' '), this.services() as Services, this);
  }

  private services(): Partial<Services> {
    return {
      debug: false,
      environments: () => ENVIRONMENTS,
      findEnvironment,
      importEnvironment: async (path) => {
        this.useFile('import', path);
        return this.module;
      },
      readSaved: async (path) => {
        this.useFile('read', path);
        const { environment, config } = this;
        return { environment, config, policy: { parameters: Float32Array.of(7) } };
      },
      ...this.files(),
      openGpu: async () => ({
        adapter: { name: 'pipe', vendor: '', architecture: '', kind: 'software', hardware: false },
        ...{ unsafeFast: false, matrixUnits: undefined },
        destroy: () => void this.log.push('destroy'),
      }),
      adapterWarnings: async () => this.warnings,
      createTrainer: async ({ environment, policy }) => {
        this.log.push(`play ${environment.id} with ${policy?.parameters ?? 'no policy'}`);
        return this.trainer() as unknown as Awaited<ReturnType<Services<OpenGpu>['createTrainer']>>;
      },
      onInterrupt: (handler) => {
        this.interrupt = handler;
        return () => {
          this.interrupt = undefined;
        };
      },
      exit: (code) => this.log.push(`exit ${code}`),
      now: () => this.clock,
      pause: async (milliseconds) => {
        this.beforeWait(this.waited.length);
        this.waited.push(milliseconds);
        this.clock += milliseconds;
      },
    };
  }

  private files(): Partial<Services> {
    const keep = async (frames: readonly Frame[], options: MovingOptions): Promise<Uint8Array> => {
      this.recorded = { frames, options };
      return new Uint8Array(1500);
    };
    return {
      policyFiles: {
        checkWritable: async (path) => this.useFile('check', path),
        read: () => Promise.reject(new Error('not called here')),
        write: () => Promise.reject(new Error('not called here')),
      },
      writeFile: async (path, bytes) => this.useFile(`write ${bytes.length}`, path),
      recordGif: keep,
      recordSheet: keep,
    };
  }

  private useFile(use: string, path: string): void {
    this.log.push(`${use}: ${path}`);
    const reason = this.badFiles[path];
    if (reason !== undefined) throw new Error(`${path}: ${reason}`);
  }

  private trainer() {
    const process = this;
    return {
      async *[Symbol.asyncIterator]() {
        for (let iteration = 1; iteration <= process.iterations && !process.stopped; iteration++) {
          // A second for each.
          process.clock += 1000;
          const ratio = 100 / process.iterations;
          const { iterations } = process;
          yield {
            ...makeReport(iteration * ratio, [iteration * ratio * 5]),
            iteration,
            iterations,
          };
        }
      },
      async *play(options: PlayOptions) {
        process.played.push(options);
        try {
          for (const step of cartEpisodes(process.lengths)) {
            if (step.step < (options.maxSteps ?? Number.POSITIVE_INFINITY)) yield step;
          }
        } finally {
          process.closed += 1;
        }
      },
      stop: () => {
        process.log.push('stop');
        process.stopped = true;
      },
      evaluate: async ({ episodes }: { readonly episodes: number }) => {
        process.log.push(`evaluate ${episodes}`);
        return {
          episodes,
          meanReturn: 487.25,
          stdReturn: 3.5,
          endedEpisodes: episodes,
          perAgent: [],
        };
      },
    };
  }
}

const ESCAPE = '\x1b';
/** Codes that move up to the beginning of the picture before. */
const BACK = new RegExp(`${ESCAPE}\\[\\d+A\\r`);
const CODES = new RegExp(`${ESCAPE}\\[\\??\\d*[A-Za-z]`, 'g');
/** Codes of colors. */
export const COLORS = new RegExp(`${ESCAPE}\\[\\d+m`);

/** What a terminal shows, one screen after the other. */
export function screensOf({ text }: Recorder): string[] {
  return text.split(BACK).map((screen) => screen.replaceAll(CODES, ''));
}
