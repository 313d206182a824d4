/** The help texts, from the tables of commands, flags and config fields. */

import { DEFAULT_CONFIG } from '../config/defaults';
import { CONFIG_GROUPS, type ConfigGroup } from '../config/field';
import { CONFIG_FIELDS } from '../config/fields';
import {
  COMMANDS,
  type CommandName,
  FLAG_GROUPS,
  type FlagGroup,
  flagRow,
  OTHER_FLAGS,
  rowOf,
} from './commands';
import { formatDefinitions, formatParagraph } from './definitions';
import { CONFIG_KEYS, type ConfigKey, flagOf } from './flag-values';

const SIGNALS =
  'Ctrl-C, SIGTERM and SIGHUP end training after the current iteration; the policy is then saved ' +
  'and evaluated, and the summary printed. A second signal exits at once. If the reader of the ' +
  'output goes away, output stops and the run continues.';

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'success, even if the reader of the output has gone away'],
  ['1', 'failure, or a lost result: a full disk, a failed evaluation, non-finite numbers'],
  ['2', 'invalid input, or no adapter'],
  ['129, 130, 143', 'ended by SIGHUP, SIGINT (Ctrl-C) or SIGTERM'],
];

const VARIABLES: readonly (readonly [string, string])[] = [
  ['LOCKSTEP_ADAPTER', 'adapter to use, as with --adapter'],
  ['LOCKSTEP_DEBUG=1', 'show the stack of errors and all messages of the drivers'],
];

/** @param topic the command to explain; without one, an overview. */
export function formatHelp(topic?: CommandName): string {
  if (topic === undefined || topic === 'help') return formatOverview();
  const { usage, description } = rowOf(topic);
  return [
    `Usage: lockstep ${topic} ${usage}`.trimEnd(),
    '',
    description,
    '',
    ...(topic === 'train' ? [formatParagraph(SIGNALS), ''] : []),
    ...flagLines(topic),
    ...(topic === 'train' ? ['', ...fieldLines()] : []),
  ].join('\n');
}

function formatOverview(): string {
  return [
    'lockstep: PPO on any GPU you have.',
    '',
    'Usage: lockstep COMMAND [arguments] [flags]',
    '',
    'Commands:',
    formatDefinitions(
      Object.entries(COMMANDS).map(([name, { description }]) => [name, description]),
    ),
    '',
    'Flags:',
    formatDefinitions(flagRows('help')),
    '',
    '"lockstep help COMMAND" shows the flags of a command.',
    '',
    'Exit codes:',
    formatDefinitions(EXIT_CODES),
    '',
    'Environment variables:',
    formatDefinitions(VARIABLES),
  ].join('\n');
}

function flagRows(topic: CommandName, group?: FlagGroup): [string, string][] {
  return Object.keys(OTHER_FLAGS).flatMap((flag): [string, string][] => {
    const { commands, group: own, value, description } = flagRow(flag)!;
    if (!commands.includes(topic) || (group ?? own) !== own) return [];
    return [[value ? `${flag} ${value}` : flag, description]];
  });
}

/** A command's own flags, under headings unless they are all of one group. */
function flagLines(topic: CommandName): string[] {
  const groups = Object.entries(FLAG_GROUPS).flatMap(([group, heading]) => {
    const rows = flagRows(topic, group as FlagGroup);
    return rows.length === 0 ? [] : [{ heading, rows }];
  });
  if (groups.length === 1) return ['Flags:', formatDefinitions(groups[0]!.rows)];
  const sections = groups.map(({ heading, rows }) => section(heading, rows));
  return ['Flags:', sections.join('\n\n')];
}

/** Per group its heading, the definitions of its fields, and an empty line. */
function fieldLines(): string[] {
  const groups = (Object.keys(CONFIG_GROUPS) as ConfigGroup[]).flatMap((group) => {
    const keys = CONFIG_KEYS.filter((key) => CONFIG_FIELDS[key].group === group);
    return keys.length === 0 ? [] : [section(CONFIG_GROUPS[group], keys.map(fieldRow)), ''];
  });
  return [
    'Config fields (--print-config shows them with the defaults of an environment):',
    ...groups,
    formatParagraph(
      'Values marked * can be a list with one value per agent: --num-agents 2 --ent-coef 0,0.01. ' +
        'Boolean flags need no value; --no-NAME sets false.',
    ),
  ];
}

function section(heading: string, rows: readonly (readonly [string, string])[]): string {
  return `  ${heading}\n${formatDefinitions(rows, 4)}`;
}

function fieldRow(key: ConfigKey): [string, string] {
  const { perAgent, description } = CONFIG_FIELDS[key];
  const flag = `${flagOf(key)} ${placeholder(key)}${perAgent ? '*' : ''}`;
  // The default stays on one line.
  return [flag, `${description} (default\u00a0${formatDefault(key)})`];
}

function placeholder(key: ConfigKey): string {
  const { type, choices } = CONFIG_FIELDS[key];
  switch (type) {
    case 'boolean':
      return 'true|false';
    case 'widths':
      return 'W,W,...|none';
    case 'choice':
      return choices!.join('|');
    case 'integer':
      return 'INTEGER';
    case 'number':
      return 'NUMBER';
  }
}

function formatDefault(key: ConfigKey): string {
  return String(DEFAULT_CONFIG[key]);
}
