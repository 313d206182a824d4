/** What the page and its Worker say to each other. */
import type {
  ActionSpace,
  AdapterDescription,
  IterationReport,
  PpoConfig,
  Theme,
} from '../src/index';
import type { Score } from './view/duel';
import type { Insight } from './view/insight';

/** Fields that changed while a run was under way. */
export interface Change {
  /** The iteration after which they changed; 0 before the first. */
  readonly after: number;
  readonly config: Partial<PpoConfig>;
}

/** A world of somebody's own, as texts. */
export interface OwnWorld {
  /** Id of the built-in environment whose drawing and data tables it keeps; undefined: of none. */
  readonly template: string | undefined;
  /** Text of the WESL module. */
  readonly shader: string;
  /** The other fields of the description, as JSON. */
  readonly description: string;
}

/** Something wrong in a world of somebody's own. */
export interface Mistake {
  readonly part: 'module' | 'description';
  /** In the words of the library. */
  readonly sentence: string;
  /** From 1; undefined where the mistake has no place. */
  readonly line?: number | undefined;
  /** From 1; undefined where the whole line is meant. */
  readonly column?: number | undefined;
  /** The field of the description that it is about, where it has no line. */
  readonly key?: string | undefined;
}

/** What a run begins with, and what changes on its way: enough to repeat it. */
export interface RunSetup {
  /** Id of a built-in environment, or another world. */
  readonly environment: string | OwnWorld;
  /** Fields that take precedence over the environment's defaults. */
  readonly config: Partial<PpoConfig>;
  /** In the order in which they act. */
  readonly changes: readonly Change[];
}

/** What the page says of a run when it begins. */
export interface RunFacts {
  readonly environment: string;
  /** The texts of an environment that is none of the built-in ones, where they say all of it. */
  readonly world: OwnWorld | undefined;
  /** Complete. */
  readonly config: PpoConfig;
  /** What the environment accepts. */
  readonly action: ActionSpace;
  /** Mean return that counts as solved. */
  readonly rewardThreshold: number | undefined;
  /** Iterations that are finished already. */
  readonly iteration: number;
  /** Undefined where the run came from a file or a fork, which a link does not hold. */
  readonly setup: RunSetup | undefined;
  /** Whether it goes on with what the run at hand has come to. */
  readonly isFork: boolean;
}

/** A report, and the seconds of training without pauses. */
export interface TimedReport extends IterationReport {
  readonly active: number;
}

/** Of the canvas of the worlds, in device pixels. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly scale: number;
}

/** How the worlds are shown. */
export interface Display {
  readonly theme: Theme;
  /** How many. */
  readonly worlds: number;
  /** In multiples of the environment's own speed. */
  readonly speed: number;
  /** Whether to show states now and then instead of motion. */
  readonly still: boolean;
}

export type Pace = 'train' | 'pause' | 'step';

export type FileKind = 'checkpoint' | 'module' | 'onnx';

export type Request =
  | { readonly type: 'canvas'; readonly canvas: OffscreenCanvas }
  | { readonly type: 'size'; readonly size: CanvasSize }
  | { readonly type: 'display'; readonly display: Display }
  | { readonly type: 'choose'; readonly x: number; readonly y: number }
  /** Shows the policy that was kept after an iteration, or again the newest. */
  | { readonly type: 'scrub'; readonly iteration: number | undefined }
  /** Lets somebody play against the policy, or ends that. */
  | { readonly type: 'take-over'; readonly on: boolean }
  | {
      readonly type: 'hold';
      /** What the one who plays does; undefined while time stands still. */
      readonly action: readonly number[] | undefined;
      /** Whether a key is held. */
      readonly isPressed: boolean;
    }
  | { readonly type: 'begin'; readonly setup: RunSetup }
  | { readonly type: 'load'; readonly bytes: Uint8Array }
  | { readonly type: 'pace'; readonly pace: Pace }
  | { readonly type: 'change'; readonly config: Partial<PpoConfig> }
  /** Trains one more agent from where the first is, with these fields. */
  | { readonly type: 'fork'; readonly config: Partial<PpoConfig> }
  | { readonly type: 'file'; readonly kind: FileKind };

/** What training is doing. */
export type Status = 'preparing' | 'training' | 'paused' | 'finished' | 'stopped';

export type News =
  | { readonly type: 'adapter'; readonly adapter: AdapterDescription }
  | { readonly type: 'begun'; readonly run: RunFacts }
  | { readonly type: 'reports'; readonly reports: readonly TimedReport[] }
  | { readonly type: 'status'; readonly status: Status }
  | {
      readonly type: 'changed';
      readonly change: Change;
      /** Whether somebody has just made it; false for one that the link or the run before had. */
      readonly isNew: boolean;
      readonly config: PpoConfig;
    }
  /** The fields as they are. */
  | { readonly type: 'config'; readonly config: PpoConfig }
  | { readonly type: 'refused'; readonly message: string; readonly config: PpoConfig }
  | { readonly type: 'fingerprint'; readonly iteration: number; readonly hash: string }
  | {
      readonly type: 'file';
      readonly name: string;
      readonly kind: FileKind;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  | { readonly type: 'restored'; readonly lostAt: number; readonly iteration: number }
  | {
      readonly type: 'moment';
      /** Those after which a policy was kept. */
      readonly iterations: readonly number[];
      /** Of the first agent's episodes that ended in the iteration just finished. */
      readonly returns: readonly number[];
    }
  | {
      readonly type: 'shown';
      readonly worlds: number;
      /** That of the policy that acts, where it is not the newest. */
      readonly iteration: number | undefined;
      /** Whether somebody plays against it. */
      readonly isDuel: boolean;
    }
  | { readonly type: 'scores'; readonly you: Score; readonly policy: Score }
  | ({ readonly type: 'insight' } & Insight)
  | {
      readonly type: 'mistakes';
      readonly message: string;
      readonly mistakes: readonly Mistake[];
    }
  | { readonly type: 'failed'; readonly message: string; readonly lacksWebGpu: boolean };
