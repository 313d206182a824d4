/** The help text, made from the table of config fields. */

import { CONFIG_FIELDS, DEFAULT_CONFIG } from '../config';
import { CONFIG_KEYS, type ConfigKey, flagOf } from './flag-values';
import { COMMANDS, OTHER_FLAGS } from './flags';
import { formatTable } from './table';

export function formatHelp(): string {
  return [
    'lockstep: PPO on whatever GPU is there.',
    '',
    'Usage: lockstep train ENVIRONMENT [flags]',
    '       lockstep doctor [--json] [--adapter NAME]',
    '       lockstep envs',
    '',
    'Commands:',
    indent(formatTable(Object.entries(COMMANDS))),
    '',
    'Flags:',
    indent(formatTable(otherRows())),
    '',
    'Flags of train, the fields of its config (an environment may bring its own defaults):',
    indent(formatTable(CONFIG_KEYS.map(fieldRow))),
    '',
    'Values marked * may be a list with one value per agent: --num-agents 2 --ent-coef 0,0.01',
    'Exit codes: 0 done, 1 failed, 2 refused input or no adapter, 130 ended by Ctrl-C.',
    'LOCKSTEP_DEBUG=1 shows where an error comes from.',
  ].join('\n');
}

function otherRows(): string[][] {
  return Object.entries(OTHER_FLAGS).map(([flag, { value, description }]) => [
    value ? `${flag} ${value}` : flag,
    description,
  ]);
}

function fieldRow(key: ConfigKey): string[] {
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

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
