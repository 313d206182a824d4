/** The help texts, made from the tables of commands, flags and config fields. */

import { DEFAULT_CONFIG } from '../config/defaults';
import { CONFIG_GROUPS, type ConfigGroup } from '../config/field';
import { CONFIG_FIELDS } from '../config/fields';
import { formatDefinitions, formatParagraph } from './definitions';
import { CONFIG_KEYS, type ConfigKey, flagOf } from './flag-values';
import { COMMANDS, type CommandName, OTHER_FLAGS } from './flags';

const USAGES: Readonly<Record<CommandName, string>> = {
  train: 'lockstep train ENVIRONMENT [--config FILE] [flags]',
  doctor: 'lockstep doctor [flags] [--compile [ENVIRONMENT]]',
  envs: 'lockstep envs',
  help: 'lockstep help [COMMAND]',
};

const SIGNALS =
  'A signal (Ctrl-C, SIGTERM, SIGHUP) ends training after the iteration at hand: the policy is saved ' +
  'and evaluated, and the summary is printed. A second one ends everything at once. Where whoever ' +
  'reads the output goes away, the output ends and the run goes on.';

const EXIT_CODES: readonly (readonly [string, string])[] = [
  ['0', 'done, even if nobody was left to read the output'],
  [
    '1',
    'failed, or a result was lost: a full disk, a failed evaluation, numbers that are not finite',
  ],
  ['2', 'refused input, or no adapter'],
  ['129, 130, 143', 'ended by SIGHUP, SIGINT (Ctrl-C) or SIGTERM'],
];

const VARIABLES: readonly (readonly [string, string])[] = [
  ['LOCKSTEP_ADAPTER', 'which adapter to use, as --adapter'],
  ['LOCKSTEP_DEBUG=1', 'show where an error comes from, and all that drivers say'],
];

/** @param topic the command to explain; without one, an overview. */
export function formatHelp(topic?: CommandName): string {
  if (topic === undefined || topic === 'help') return formatOverview();
  return [
    `Usage: ${USAGES[topic]}`,
    '',
    COMMANDS[topic],
    '',
    ...(topic === 'train' ? [formatParagraph(SIGNALS), ''] : []),
    'Flags:',
    formatDefinitions(otherRows(topic)),
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
    formatDefinitions(Object.entries(COMMANDS)),
    '',
    '"lockstep COMMAND --help" shows the flags of a command.',
    '',
    'Exit codes:',
    formatDefinitions(EXIT_CODES),
    '',
    'Environment variables:',
    formatDefinitions(VARIABLES),
  ].join('\n');
}

function otherRows(topic: CommandName): [string, string][] {
  return Object.entries(OTHER_FLAGS)
    .filter(([, { commands }]) => commands.includes(topic))
    .map(([flag, { value, description }]) => [value ? `${flag} ${value}` : flag, description]);
}

/** Per group its heading, the definitions of its fields, and an empty line. */
function fieldLines(): string[] {
  const groups = (Object.keys(CONFIG_GROUPS) as ConfigGroup[]).flatMap((group) => {
    const keys = CONFIG_KEYS.filter((key) => CONFIG_FIELDS[key].group === group);
    if (keys.length === 0) return [];
    return [`  ${CONFIG_GROUPS[group]}`, formatDefinitions(keys.map(fieldRow), 4), ''];
  });
  return [
    'Fields of the configuration (an environment may have defaults of its own):',
    ...groups,
    formatParagraph(
      'Values marked * can be a list with one value per agent: --num-agents 2 --ent-coef 0,0.01. ' +
        '--no-NAME is --NAME false.',
    ),
  ];
}

function fieldRow(key: ConfigKey): [string, string] {
  const { perAgent, description } = CONFIG_FIELDS[key];
  const flag = `${flagOf(key)} ${placeholder(key)}${perAgent ? '*' : ''}`;
  return [flag, `${description} (default ${formatDefault(key)})`];
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
