/** The tables of the command line: what each command takes, and all flags beside config fields. */

/** What the table says of a command. */
interface CommandRow {
  readonly description: string;
  /** What follows the command's name. */
  readonly usage: string;
  /** The words that it takes besides flags: the fewest and the most. */
  readonly operands: readonly [least: number, most: number];
  /** The sentence about a missing word, after "lockstep <command> needs". */
  readonly missing?: string;
  /** Whether it opens a device, so that the drivers' messages must be filtered. */
  readonly opensDevice: boolean;
}

export const COMMANDS = {
  train: {
    description: 'Train agents on an environment, then evaluate them.',
    usage: 'ENVIRONMENT|FILE.mjs|--gym ID [--config FILE] [flags]',
    operands: [0, 1],
    missing: 'an environment; "lockstep envs" lists them',
    opensDevice: true,
  },
  eval: {
    description: 'Evaluate a trained policy over many episodes.',
    usage: 'RUN|CHECKPOINT|POLICY|FILE.mjs [ENVIRONMENT.mjs] [flags]',
    operands: [1, 2],
    missing: 'a checkpoint, a policy file or the folder of a run',
    opensDevice: true,
  },
  watch: {
    description: 'Draw episodes of a trained policy in the terminal.',
    usage: 'RUN|CHECKPOINT|POLICY|FILE.mjs [ENVIRONMENT.mjs] [flags]',
    operands: [1, 2],
    missing: 'a checkpoint, a policy file, or the folder of a run',
    opensDevice: true,
  },
  record: {
    description: 'Record episodes of a trained policy: an animated .gif, or a .png of one episode.',
    usage: 'RUN|FILE OUT.gif|OUT.png [ENVIRONMENT.mjs] [flags]',
    operands: [2, 3],
    missing: 'a checkpoint, policy file or run folder, and a file that ends in .gif or .png',
    opensDevice: true,
  },
  demo: {
    description: 'Train an agent on CartPole-v1 and show how it learns.',
    usage: '',
    operands: [0, 0],
    opensDevice: true,
  },
  doctor: {
    description: 'Test the adapter with a real computation and suggest improvements.',
    usage: '[flags] [--compile [ENVIRONMENT|FILE.mjs]]',
    operands: [0, 1],
    opensDevice: true,
  },
  runs: {
    description: 'List run folders with their results and status, newest last.',
    usage: '[DIR] (default: runs)',
    operands: [0, 1],
    opensDevice: false,
  },
  compare: {
    description: 'Compare runs in a table, and draw their learning curves.',
    usage: 'RUN ... [--out FILE]',
    operands: [1, Number.POSITIVE_INFINITY],
    missing: 'run folders; "lockstep runs" lists them',
    opensDevice: false,
  },
  replay: {
    description: 'Play the iteration after a checkpoint and find the first non-finite number.',
    usage: 'RUN|CHECKPOINT [flags]',
    operands: [1, 1],
    missing: 'a run folder or a checkpoint, such as the one that a failed run names',
    opensDevice: true,
  },
  export: {
    description: 'Write a trained policy for other programs, checked against the device.',
    usage: 'RUN|CHECKPOINT|POLICY --format FORMAT [flags]',
    operands: [1, 1],
    missing: 'a run folder, a checkpoint or a policy file',
    opensDevice: true,
  },
  import: {
    description: 'Make a policy file from a policy of Stable-Baselines3 or CleanRL.',
    usage: 'FILE --environment ENVIRONMENT|FILE.mjs [flags]',
    operands: [1, 1],
    missing: 'a file: an archive of SB3, a state dict of torch, or safetensors',
    opensDevice: false,
  },
  env: {
    description: 'Create an environment of your own, or check one.',
    usage: 'new NAME | check NAME|FILE.mjs|ENVIRONMENT [flags]',
    operands: [2, 2],
    missing: 'new and a name, or check and an environment',
    opensDevice: true,
  },
  ui: {
    description: 'Serve the page that trains in a browser, to this machine only.',
    usage: '[--port INTEGER]',
    operands: [0, 0],
    opensDevice: false,
  },
  envs: {
    description: 'List the built-in environments.',
    usage: '',
    operands: [0, 0],
    opensDevice: false,
  },
  help: {
    description: 'Show the help of a command.',
    usage: '[COMMAND]',
    operands: [0, 1],
    opensDevice: false,
  },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type CommandName = keyof typeof COMMANDS;
export type Command = CommandName | 'version';

/** The row of a command, whatever command it is. */
export function rowOf(command: CommandName): CommandRow {
  return COMMANDS[command];
}

/** Most episodes per agent in an evaluation. */
export const MAX_EPISODES = 1_000_000;
/** Episodes per agent in the final evaluation of a run. */
export const EVALUATION_EPISODES = 100;
/** Highest number of an agent that can be named. */
const MAX_AGENTS = 1_000_000;
/** Most steps per second that are shown. */
const MAX_FPS = 1000;
/** Highest port. */
const MAX_PORT = 65_535;
/** Most pixels across a picture. */
const MAX_WIDTH = 4000;

/** The groups of flags that are not config fields, with the heading that each has in the help. */
export const FLAG_GROUPS = {
  config: 'Configuration',
  run: 'Runs',
  policy: 'Policies',
  device: 'Device and kernels',
  show: 'Agent, actions and pictures',
  output: 'Evaluation and output',
} as const;
export type FlagGroup = keyof typeof FLAG_GROUPS;

/** What the table says of a flag. */
interface FlagRow {
  readonly group: FlagGroup;
  /** Placeholder of the value in the help; absent for a switch. */
  readonly value?: string;
  /** The smallest and the largest number; only integers where `value` is INTEGER. */
  readonly range?: readonly [least: number, most: number];
  /** What the number is, for messages. */
  readonly counts?: string;
  /** The number without the flag. */
  readonly default?: number;
  /** Whether it may be given several times; its value is then a list of all of them. */
  readonly repeats?: true;
  readonly description: string;
  readonly commands: readonly Command[];
}

/** The flags that are not config fields; every command has --help. */
export const OTHER_FLAGS = {
  '--config': {
    group: 'config',
    value: 'FILE',
    description: 'Read config fields from a JSON file; flags override them.',
    commands: ['train'],
  },
  '--gym': {
    group: 'run',
    value: 'ID',
    description: "Environment of Gymnasium, stepped by Python, e.g. 'LunarLander-v3'.",
    commands: ['train', 'eval', 'watch', 'record'],
  },
  '--gym-kwargs': {
    group: 'run',
    value: 'JSON',
    description: 'Arguments for the environment of --gym, e.g. \'{"continuous": true}\'.',
    commands: ['train', 'eval', 'watch', 'record'],
  },
  '--python': {
    group: 'run',
    value: 'PROGRAM',
    description: 'Python with gymnasium, for --gym (default python3).',
    commands: ['train', 'eval', 'watch', 'record'],
  },
  '--workers': {
    group: 'run',
    value: 'INTEGER',
    range: [1, 1024],
    counts: 'the number of workers',
    description:
      'Most threads, or processes of Python, that step an environment on the host (default: one ' +
      'less than the cores).',
    commands: ['train', 'eval', 'watch', 'record', 'env'],
  },
  '--print-config': {
    group: 'config',
    description: 'Print the complete configuration as JSON for --config, and exit.',
    commands: ['train'],
  },
  '--run-dir': {
    group: 'run',
    value: 'DIR',
    description: 'Folder of the run (default runs/ENVIRONMENT-TIME-SEED).',
    commands: ['train'],
  },
  '--no-save': {
    group: 'run',
    description: 'Keep no run folder: neither logs nor checkpoints.',
    commands: ['train'],
  },
  '--resume': {
    group: 'run',
    value: 'DIR|FILE',
    description:
      'Continue the run of a folder in that folder, or the one of a checkpoint in a new folder.',
    commands: ['train'],
  },
  '--save-interval': {
    group: 'run',
    value: 'INTEGER',
    range: [1, 2 ** 48],
    counts: 'the number of iterations between two checkpoints',
    description: 'Iterations between two checkpoints (default: about every 30 s).',
    commands: ['train'],
  },
  '--keep': {
    group: 'run',
    value: 'INTEGER',
    range: [1, 1_000_000],
    counts: 'the number of checkpoints',
    default: 3,
    description: 'Newest checkpoints to keep besides the best one (default 3).',
    commands: ['train'],
  },
  '--stop-after-iterations': {
    group: 'run',
    value: 'INTEGER',
    range: [1, 2 ** 48],
    counts: 'the iteration',
    description: 'End early, after the iteration of this number, with a checkpoint.',
    commands: ['train'],
  },
  '--stop-at-return': {
    group: 'run',
    value: 'NUMBER',
    range: [-1e38, 1e38],
    counts: 'the return',
    description: 'End early when the mean return of the latest episodes reaches this.',
    commands: ['train'],
  },
  '--time-limit': {
    group: 'run',
    value: 'SECONDS',
    range: [1e-3, 1e9],
    counts: 'the time limit',
    description: 'End early after so many seconds of training, those before --resume included.',
    commands: ['train'],
  },
  '--save': {
    group: 'policy',
    value: 'FILE',
    description: 'Write the trained policy, with its normalizers, as safetensors.',
    commands: ['train'],
  },
  '--load': {
    group: 'policy',
    value: 'FILE',
    description: 'Start from the policy of --save or of a checkpoint instead of a random one.',
    commands: ['train'],
  },
  '--reference': {
    group: 'policy',
    value: 'FILE',
    description: 'Reference policy, written by --save (default: the initial policy).',
    commands: ['train'],
  },
  '--format': {
    group: 'policy',
    value: 'FORMAT',
    description:
      "onnx, js (an ES module), or the weights under Stable-Baselines3's names: json, safetensors.",
    commands: ['export'],
  },
  '--environment': {
    group: 'policy',
    value: 'ENVIRONMENT|FILE.mjs',
    description: 'Environment that the policy acts in.',
    commands: ['import'],
  },
  '--adapter': {
    group: 'device',
    value: 'NAME',
    description: "'hardware', 'lavapipe', 'swiftshader', or part of an adapter's name.",
    commands: ['train', 'eval', 'watch', 'record', 'demo', 'export', 'doctor', 'replay', 'env'],
  },
  '--tune': {
    group: 'device',
    description: 'Time all kernel plans before training and keep the fastest for this machine.',
    commands: ['train'],
  },
  '--matrix-units': {
    group: 'device',
    description:
      "Use the adapter's matrix units too (f16 products, f32 sums; experimental): train --tune " +
      'times them, doctor tests them.',
    commands: ['train', 'doctor'],
  },
  '--unsafe-fast': {
    group: 'device',
    description: 'Skip validation and bounds checks; a faulty shader can crash or corrupt memory.',
    commands: ['train', 'doctor'],
  },
  '--compile': {
    group: 'device',
    description: "Time the compilation of an environment's kernels instead (default CartPole-v1).",
    commands: ['doctor'],
  },
  '--sample': {
    group: 'show',
    description: 'Draw actions at random, as in training, instead of the most likely ones.',
    commands: ['watch', 'record', 'eval'],
  },
  '--agent': {
    group: 'show',
    value: 'INTEGER',
    range: [0, MAX_AGENTS],
    counts: 'the number of the agent',
    default: 0,
    description: 'Agent of a population whose policy is used (default 0).',
    commands: ['watch', 'record', 'export'],
  },
  '--fps': {
    group: 'show',
    value: 'INTEGER',
    range: [1, MAX_FPS],
    counts: 'the number of steps per second',
    description: 'Steps per second (default: that of the environment).',
    commands: ['watch', 'record'],
  },
  '--width': {
    group: 'show',
    value: 'INTEGER',
    range: [40, MAX_WIDTH],
    counts: 'the width in pixels',
    description: 'Pixels across a picture (default 360; of each one in a .png 240).',
    commands: ['record'],
  },
  '--dark': {
    group: 'show',
    description: 'Draw on a dark background.',
    commands: ['record'],
  },
  '--episodes': {
    group: 'output',
    value: 'INTEGER',
    range: [1, MAX_EPISODES],
    counts: 'the number of episodes',
    description:
      'Episodes: per agent in the evaluation of train (default 100) and eval (default 1000), or ' +
      'those that watch (default 3) and record (default 1) show.',
    commands: ['train', 'eval', 'watch', 'record'],
  },
  '--eval-seed': {
    group: 'output',
    value: 'INTEGER',
    range: [0, 2 ** 32 - 1],
    counts: 'the seed of the episodes',
    default: 0,
    description:
      'Seed of the episodes (default 0). The same seed plays the same episodes; a device with ' +
      'less room for them at once plays others after its first part.',
    commands: ['eval'],
  },
  '--param': {
    group: 'output',
    value: 'NAME=VALUE',
    repeats: true,
    description:
      'Number for a param that varies, in place of what episodes would draw; once for each param.',
    commands: ['eval', 'watch', 'record'],
  },
  '--json': {
    group: 'output',
    description: 'Print the result to standard output as one line of JSON.',
    commands: ['train', 'doctor', 'replay', 'export', 'import', 'eval', 'env'],
  },
  '--out': {
    group: 'output',
    value: 'FILE',
    description:
      'File to write: the learning curves as SVG (default curves.svg), the export, the policy or ' +
      'the picture (default: the name of the environment).',
    commands: ['compare', 'export', 'import', 'env'],
  },
  '--port': {
    group: 'output',
    value: 'INTEGER',
    range: [0, MAX_PORT],
    counts: 'the port',
    default: 7777,
    description: 'Port of the page (default 7777); 0 takes a free one.',
    commands: ['ui'],
  },
  '--quiet': { group: 'output', description: 'Show no progress.', commands: ['train', 'eval'] },
  '--help': {
    group: 'output',
    description: 'Show this help (also -h).',
    commands: Object.keys(COMMANDS) as CommandName[],
  },
  '--version': {
    group: 'output',
    description: 'Show the version (also -v).',
    commands: ['help'],
  },
} as const satisfies Readonly<Record<string, FlagRow>>;

export type OtherFlag = keyof typeof OTHER_FLAGS;

/** The row of a flag; undefined for one that is not in the table. */
export function flagRow(flag: string): FlagRow | undefined {
  return Object.hasOwn(OTHER_FLAGS, flag) ? OTHER_FLAGS[flag as OtherFlag] : undefined;
}

/** "unsafe-fast" as "unsafeFast" */
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

/**
 * A switch is true or false, a value with a range a number, one that may be given several times a
 * list, any other value a text.
 */
type OptionOf<Row> = Row extends { readonly value: string }
  ? Row extends { readonly range: unknown }
    ? Row extends { readonly default: number }
      ? number
      : number | undefined
    : Row extends { readonly repeats: true }
      ? readonly string[]
      : string | undefined
  : boolean;

/** The values of all flags in the table, by their names in camel case. */
export type Options = {
  readonly [Flag in OtherFlag as Flag extends `--${infer Name}` ? Camel<Name> : never]: OptionOf<
    (typeof OTHER_FLAGS)[Flag]
  >;
};
