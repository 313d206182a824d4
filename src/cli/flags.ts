/**
 * Parses the command line: a command, an environment, and flags, most of which are config fields.
 */

import { parseArgs } from 'node:util';
import { describeAllowed } from '../config/check';
import { keyOfCommonName } from '../config/common-names';
import { CONFIG_FIELDS } from '../config/fields';
import { nearestNames, similarName } from '../config/nearest-names';
import type { PpoConfig } from '../config/ppo-config';
import {
  CONFIG_KEYS,
  type ConfigKey,
  flagOf,
  isSwitchField,
  isSwitchText,
  parseFieldValue,
  parseNumber,
  quote,
} from './flag-values';
import { UsageError } from './usage-error';

export const COMMANDS = {
  train: 'Train agents on an environment, then evaluate them.',
  doctor: 'Test the adapter with a real computation and suggest improvements.',
  envs: 'List the built-in environments.',
  help: 'Show the help of a command.',
} as const;
export type CommandName = keyof typeof COMMANDS;
export type Command = CommandName | 'version';

/** The environment of `doctor --compile` if none is given. */
const DEFAULT_ENVIRONMENT = 'CartPole-v1';

/** Most episodes per agent in the final evaluation. */
export const MAX_EPISODES = 1_000_000;

/** The groups of flags that are not config fields, with the heading that each has in the help. */
export const FLAG_GROUPS = {
  config: 'Configuration',
  policy: 'Policies',
  device: 'Device and kernels',
  output: 'Evaluation and output',
} as const;
export type FlagGroup = keyof typeof FLAG_GROUPS;

interface OtherFlag {
  readonly group: FlagGroup;
  /** Placeholder of the value in the help; absent for a switch. */
  readonly value?: string;
  readonly description: string;
  readonly commands: readonly Command[];
}

/** The flags that are not config fields; every command has --help. */
export const OTHER_FLAGS: Readonly<Record<string, OtherFlag>> = {
  '--config': {
    group: 'config',
    value: 'FILE',
    description: 'Read config fields from a JSON file; flags override them.',
    commands: ['train'],
  },
  '--print-config': {
    group: 'config',
    description: 'Print the complete configuration as JSON for --config, and exit.',
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
    description: 'Start from a policy written by --save instead of a random one.',
    commands: ['train'],
  },
  '--reference': {
    group: 'policy',
    value: 'FILE',
    description: 'Reference policy, written by --save (default: the initial policy).',
    commands: ['train'],
  },
  '--adapter': {
    group: 'device',
    value: 'NAME',
    description: "'hardware', 'lavapipe', 'swiftshader', or part of an adapter's name.",
    commands: ['train', 'doctor'],
  },
  '--tune': {
    group: 'device',
    description: 'First time all kernel plans and keep the fastest for this machine.',
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
  '--episodes': {
    group: 'output',
    value: 'INTEGER',
    description: 'Greedy episodes per agent in the final evaluation (default 100).',
    commands: ['train'],
  },
  '--json': {
    group: 'output',
    description: 'Print the result to standard output as one line of JSON.',
    commands: ['train', 'doctor'],
  },
  '--quiet': { group: 'output', description: 'Show no progress.', commands: ['train'] },
  '--help': {
    group: 'output',
    description: 'Show this help (also -h).',
    commands: ['train', 'doctor', 'envs', 'help'],
  },
  '--version': {
    group: 'output',
    description: 'Show the version (also -v).',
    commands: ['help'],
  },
};

export interface CommandLine {
  readonly command: Command;
  /** The command to explain; undefined for the overview. */
  readonly topic: CommandName | undefined;
  /** The environment's id; empty except for `train` and `doctor --compile`. */
  readonly environment: string;
  readonly overrides: Partial<PpoConfig>;
  /** How each override was typed, e.g. "--num-envs 0". */
  readonly typed: ReadonlyMap<string, string>;
  /** Fields whose flags have an unreadable value. */
  readonly unread: readonly ConfigKey[];
  /** Problems of the flags of `train`, one sentence each; other commands throw them. */
  readonly problems: readonly string[];
  /** Path of the configuration file. */
  readonly config: string | undefined;
  readonly printConfig: boolean;
  /** Whether `doctor` times compilation. */
  readonly compile: boolean;
  /** Path to write the trained policy to. */
  readonly save: string | undefined;
  /** Path of the initial policy. */
  readonly load: string | undefined;
  /** Path of the reference policy. */
  readonly reference: string | undefined;
  readonly adapter: string | undefined;
  /** Whether to skip validation and bounds checks. */
  readonly unsafeFast: boolean;
  /** Whether to open the device with the adapter's matrix units. */
  readonly matrixUnits: boolean;
  /** Whether to choose the kernel plan by measurement. */
  readonly tune: boolean;
  /** Episodes per agent in the final evaluation. */
  readonly episodes: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** A flag and its value as given on the command line. */
interface Given {
  /** Without a value and without "--no-", e.g. "--anneal-lr". */
  readonly flag: string;
  /** As typed, e.g. "--no-anneal-lr". */
  readonly raw: string;
  /** Begins with "--no-". */
  readonly negated?: boolean;
  readonly value: string | undefined;
}

/**
 * Problems of the flags of `train` are returned, to be reported together with those of its file.
 * @throws UsageError naming an invalid word, or the invalid flags of another command.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const { words, flags } = split(argv);
  const command = findCommand(words, flags);
  if (command === 'help') return { ...emptyLine(command), topic: findTopic(words, flags) };
  if (command === 'version') return emptyLine(command);
  const environment = command === 'train' ? words[1] : undefined;
  const line = readFlags({ ...emptyLine(command), environment: environment ?? '' }, flags);
  if (line.problems.length > 0) {
    // An extra word may be the value of an unknown flag, which is reported already.
    if (environment !== undefined) return line;
    throw new UsageError(line.problems.join('\n'));
  }
  checkWords(line, words);
  return line.compile ? { ...line, environment: words[1] ?? DEFAULT_ENVIRONMENT } : line;
}

function checkWords({ command, compile }: CommandLine, words: readonly string[]): void {
  const extra = words[command === 'train' || compile ? 2 : 1];
  if (extra !== undefined) {
    throw new UsageError(`lockstep ${command} does not take the argument ${quote(extra)}`);
  }
  if (command === 'train' && words.length < 2) {
    throw new UsageError('lockstep train needs an environment; "lockstep envs" lists them');
  }
}

function emptyLine(command: Command): CommandLine {
  return {
    command,
    topic: undefined,
    environment: '',
    overrides: {},
    typed: new Map(),
    unread: [],
    problems: [],
    config: undefined,
    printConfig: false,
    compile: false,
    save: undefined,
    load: undefined,
    reference: undefined,
    adapter: undefined,
    unsafeFast: false,
    matrixUnits: false,
    tune: false,
    episodes: 100,
    json: false,
    quiet: false,
  };
}

/** Separates words from flags; a switch takes the next word if that is a value of its field. */
function split(argv: readonly string[]): { words: string[]; flags: Given[] } {
  const words: string[] = [];
  const flags: Given[] = [];
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  let open: number | undefined;
  for (const token of tokens) {
    if (token.kind === 'option') {
      flags.push({ flag: token.rawName, raw: token.rawName, value: token.value });
      open = isSwitch(token.rawName) && token.value === undefined ? token.index : undefined;
    } else if (token.kind === 'positional') {
      const follows = open !== undefined && token.index === open + 1;
      const key = follows ? keyOf(flags.at(-1)!.flag) : undefined;
      if (key && isSwitchText(key, token.value)) {
        flags.push({ ...flags.pop()!, value: token.value });
      } else {
        words.push(token.value);
      }
    }
  }
  return { words, flags: flags.map(unifyNames) };
}

function parserOptions(): Record<string, { type: 'string' | 'boolean' }> {
  const flags = [...CONFIG_KEYS.map(flagOf), ...Object.keys(OTHER_FLAGS)];
  return Object.fromEntries(
    flags.map((flag) => [flag.slice(2), { type: takesValue(flag) ? 'string' : 'boolean' }]),
  );
}

/** Whether the flag must have a value. */
function takesValue(flag: string): boolean {
  const key = keyOf(flag);
  return key ? !isSwitchField(key) : OTHER_FLAGS[flag]?.value !== undefined;
}

/** Whether the flag is a config field whose value can be omitted. */
function isSwitch(flag: string): boolean {
  const key = keyOf(flag);
  return key !== undefined && isSwitchField(key);
}

function keyOf(flag: string): ConfigKey | undefined {
  return CONFIG_KEYS.find((key) => flagOf(key) === flag);
}

const SHORT_NAMES: Readonly<Record<string, string>> = { '-h': '--help', '-v': '--version' };

/** "-h" is "--help"; "--no-anneal-lr" is "--anneal-lr false". */
function unifyNames(given: Given): Given {
  const long = SHORT_NAMES[given.flag];
  if (long) return { ...given, flag: long };
  const positive = given.flag.replace(/^--no-/, '--');
  if (positive === given.flag || !isSwitch(positive)) return given;
  return { ...given, flag: positive, negated: true };
}

function findCommand(words: readonly string[], flags: readonly Given[]): Command {
  const has = (flag: string): boolean => flags.some((given) => given.flag === flag);
  if (has('--help')) return 'help';
  if (has('--version')) return 'version';
  const [word] = words;
  if (word === undefined) {
    const [first] = flags;
    if (!first) return 'help';
    throw new UsageError(missingCommand(first));
  }
  return asCommand(word);
}

/** The message about a flag without a command. */
function missingCommand({ flag, raw }: Given): string {
  const command = Object.keys(COMMANDS).find((name) => flagsOf(name as Command).includes(flag));
  if (command !== undefined) {
    return `${raw} is a flag of lockstep ${command} and must follow that command`;
  }
  const meant = similarName(flag, ['--help', '--version']);
  const offer = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `unknown flag ${raw}${offer || '; "lockstep help" lists commands and flags'}`;
}

/** @throws UsageError naming the most similar command and all others. */
function asCommand(word: string): CommandName {
  if (Object.hasOwn(COMMANDS, word)) return word as CommandName;
  const meant = similarName(word, commandNames());
  const offer = meant === undefined ? 'the' : `did you mean ${meant}? The`;
  throw new UsageError(
    `${quote(word)} is not a command; ${offer} commands are ${commandNames().join(', ')}`,
  );
}

/** "help train" and "train --help"; anything else beside --help asks for the overview. */
function findTopic(words: readonly string[], flags: readonly Given[]): CommandName | undefined {
  const [first, second] = words;
  const asked = flags.some(({ flag }) => flag === '--help') ? first : second;
  if (first === 'help' && asked !== undefined) return asCommand(asked);
  return asked !== undefined && Object.hasOwn(COMMANDS, asked) ? (asked as CommandName) : undefined;
}

function commandNames(): string[] {
  return Object.keys(COMMANDS);
}

function flagsOf(command: Command): string[] {
  const others = Object.keys(OTHER_FLAGS).filter((flag) =>
    OTHER_FLAGS[flag]!.commands.includes(command),
  );
  return command === 'train' ? [...CONFIG_KEYS.map(flagOf), ...others] : others;
}

/** The flag that other libraries call so, with its meaning, or the nearest ones. */
function suggestFlags(command: Command, flag: string): string {
  const allowed = flagsOf(command);
  if (command !== 'train') return `it takes ${allowed.join(', ')}`;
  const key = keyOfCommonName(flag);
  if (key) return `did you mean ${flagOf(key)}? ${CONFIG_FIELDS[key].description}`;
  return `the nearest are ${nearestNames(flag, allowed).join(', ')}`;
}

/** The problem of a flag, except for the range of its value; undefined if there is none. */
function flagProblem(command: Command, given: Given): string | undefined {
  const { flag, raw, value, negated } = given;
  const allowed = flagsOf(command);
  if (!allowed.includes(flag)) {
    return `${raw} is not a flag of lockstep ${command}; ${suggestFlags(command, flag)}`;
  }
  if (takesValue(flag) && (value === undefined || value.startsWith('--'))) {
    return `${raw} needs a value${value === undefined ? '' : ` before ${value}`}`;
  }
  if (value !== undefined && (negated || (!takesValue(flag) && !isSwitch(flag)))) {
    return `${raw} takes no value, but has ${quote(value)}`;
  }
  return valueProblem(given);
}

function valueProblem(given: Given): string | undefined {
  const { flag, raw, value = '' } = given;
  const key = keyOf(flag);
  if (key && readField(key, given) === undefined) {
    return `${raw} ${quote(value)}: ${key} must be ${describeAllowed(key)}`;
  }
  if (flag === '--episodes' && parseEpisodes(value) === undefined) {
    const range = `an integer from 1 to ${MAX_EPISODES}`;
    return `${raw} ${quote(value)}: the number of episodes must be ${range}`;
  }
  return undefined;
}

/** The value of a flag that is a config field; a switch without a value is true. */
function readField(key: ConfigKey, { negated, value }: Given): unknown {
  return parseFieldValue(key, negated ? 'false' : (value ?? 'true'));
}

function asTyped({ raw, value }: Given): string {
  return value === undefined ? raw : `${raw} ${quote(value)}`;
}

function readFlags(line: CommandLine, flags: readonly Given[]): CommandLine {
  const overrides: Partial<Record<ConfigKey, unknown>> = {};
  const typed = new Map<string, string>();
  const others = new Map<string, string | undefined>();
  const unread: ConfigKey[] = [];
  const problems: string[] = [];
  for (const given of flags) {
    const key = keyOf(given.flag);
    const problem = flagProblem(line.command, given);
    if (problem !== undefined) {
      problems.push(problem);
      if (key) unread.push(key);
    } else if (key) {
      overrides[key] = readField(key, given);
      typed.set(key, asTyped(given));
    } else {
      others.set(given.flag, given.value);
    }
  }
  if (line.command === 'train' && others.has('--matrix-units') && !others.has('--tune')) {
    problems.push('--matrix-units needs --tune, which uses matrix units only if they are faster');
  }
  return {
    ...line,
    overrides: overrides as Partial<PpoConfig>,
    typed,
    unread,
    problems,
    config: others.get('--config'),
    printConfig: others.has('--print-config'),
    compile: others.has('--compile'),
    save: others.get('--save'),
    load: others.get('--load'),
    reference: others.get('--reference'),
    adapter: others.get('--adapter'),
    unsafeFast: others.has('--unsafe-fast'),
    matrixUnits: others.has('--matrix-units'),
    tune: others.has('--tune'),
    episodes: parseEpisodes(others.get('--episodes') ?? '') ?? line.episodes,
    json: others.has('--json'),
    quiet: others.has('--quiet'),
  };
}

function parseEpisodes(text: string): number | undefined {
  const value = parseNumber(text);
  const allowed = Number.isInteger(value) && value! >= 1 && value! <= MAX_EPISODES;
  return allowed ? value : undefined;
}
