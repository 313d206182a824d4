/** Parses the command line: a command, its operands, and flags, most of which are config fields. */

import { parseArgs } from 'node:util';
import { describeAllowed } from '../config/check';
import { keyOfCommonName } from '../config/common-names';
import { CONFIG_FIELDS } from '../config/fields';
import { nearestNames, similarName } from '../config/nearest-names';
import type { PpoConfig } from '../config/ppo-config';
import {
  COMMANDS,
  type Command,
  type CommandName,
  flagRow,
  type Options,
  OTHER_FLAGS,
  type OtherFlag,
  rowOf,
} from './commands';
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

export interface CommandLine extends Options {
  readonly command: Command;
  /** The command to explain; undefined for the overview. */
  readonly topic: CommandName | undefined;
  /** The words after the command. */
  readonly operands: readonly string[];
  readonly overrides: Partial<PpoConfig>;
  /** How each override was typed, e.g. "--num-envs 0". */
  readonly typed: ReadonlyMap<string, string>;
  /** Fields whose flags have an unreadable value. */
  readonly unread: readonly ConfigKey[];
  /** Problems of the flags of `train`, one sentence each; other commands throw them. */
  readonly problems: readonly string[];
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
  const operands = words.slice(1);
  const line = readFlags({ ...emptyLine(command), operands }, flags);
  if (line.problems.length > 0) {
    // An extra word may be the value of an unknown flag, which is reported already.
    if (command === 'train' && operands.length > 0) return line;
    throw new UsageError(line.problems.join('\n'));
  }
  checkOperands(command, line);
  return line;
}

function checkOperands(command: CommandName, line: CommandLine): void {
  const { operands, compile, resume, gym } = line;
  const { operands: range, missing } = rowOf(command);
  const [, most] = command === 'doctor' && !compile ? [0, 0] : range;
  const named = resume !== undefined || gym !== undefined;
  const least = command === 'train' && !named ? 1 : range[0];
  const extra = operands[most];
  if (extra !== undefined) {
    throw new UsageError(`lockstep ${command} does not take the argument ${quote(extra)}`);
  }
  if (operands.length < least) throw new UsageError(`lockstep ${command} needs ${missing}`);
}

function emptyLine(command: Command): CommandLine {
  return {
    ...{ command, topic: undefined, operands: [], overrides: {}, typed: new Map() },
    ...{ unread: [], problems: [] },
    ...readOptions(new Map()),
  };
}

/** The values that each flag in the table was given; those of a switch are undefined. */
type GivenValues = ReadonlyMap<string, readonly (string | undefined)[]>;

/** The values of the flags in the table; `given` has been checked. */
function readOptions(given: GivenValues): Options {
  const entries = Object.keys(OTHER_FLAGS).map((flag) => {
    const key = flag.slice(2).replaceAll(/-./g, (pair) => pair[1]!.toUpperCase());
    return [key, optionOf(flag, given)];
  });
  return Object.fromEntries(entries) as Options;
}

function optionOf(
  flag: string,
  given: GivenValues,
): readonly string[] | string | number | boolean | undefined {
  const { value, range, repeats, default: usual } = flagRow(flag)!;
  if (value === undefined) return given.has(flag);
  const texts = (given.get(flag) ?? []) as readonly string[];
  if (repeats) return texts;
  const text = texts.at(-1);
  if (!range) return text;
  return text === undefined ? usual : parseNumber(text);
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
  return key ? !isSwitchField(key) : flagRow(flag)?.value !== undefined;
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
    flagRow(flag)!.commands.includes(command),
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
  const { range, counts, value: placeholder } = flagRow(flag) ?? {};
  if (!range) return undefined;
  const [least, most] = range;
  const number = parseNumber(value);
  const whole = placeholder === 'INTEGER';
  const fits = number !== undefined && number >= least && number <= most;
  if (fits && (!whole || Number.isInteger(number))) return undefined;
  const kind = whole ? 'an integer' : 'a number';
  return `${raw} ${quote(value)}: ${counts} must be ${kind} from ${least} to ${most}`;
}

/** The value of a flag that is a config field; a switch without a value is true. */
function readField(key: ConfigKey, { negated, value }: Given): unknown {
  return parseFieldValue(key, negated ? 'false' : (value ?? 'true'));
}

function asTyped({ raw, value }: Given): string {
  return value === undefined ? raw : `${raw} ${quote(value)}`;
}

/** What is wrong with the flags together. */
function conflicts(command: Command, given: ReadonlyMap<string, unknown>): string[] {
  const has = (flag: OtherFlag): boolean => given.has(flag);
  const problems: string[] = [];
  if (command === 'train' && has('--matrix-units') && !has('--tune')) {
    problems.push('--matrix-units needs --tune, which uses matrix units only if they are faster');
  }
  if (has('--compile') && has('--matrix-units')) {
    problems.push('--matrix-units cannot be combined with --compile, which does not test them');
  }
  for (const flag of ['--gym-kwargs', '--python'] as const) {
    if (has(flag) && !has('--gym')) problems.push(`${flag} needs --gym, whose Python it is for`);
  }
  for (const flag of ['--run-dir', '--keep', '--save-interval'] as const) {
    if (!has('--no-save') || !has(flag)) continue;
    problems.push(`${flag} cannot be combined with --no-save, which keeps no run folder`);
  }
  return problems;
}

function readFlags(line: CommandLine, flags: readonly Given[]): CommandLine {
  const overrides: Partial<Record<ConfigKey, unknown>> = {};
  const typed = new Map<string, string>();
  const others = new Map<string, (string | undefined)[]>();
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
      others.set(given.flag, [...(others.get(given.flag) ?? []), given.value]);
    }
  }
  problems.push(...conflicts(line.command, others));
  return {
    ...line,
    overrides: overrides as Partial<PpoConfig>,
    typed,
    unread,
    problems,
    ...readOptions(others),
  };
}
