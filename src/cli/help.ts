/** The help text, made from the table of config fields. */

import { DEFAULT_CONFIG } from '../config';
import { CONFIG_FIELDS, CONFIG_GROUPS, type ConfigGroup } from '../config-fields';
import { CONFIG_KEYS, type ConfigKey, flagOf } from './flag-values';
import { COMMANDS, OTHER_FLAGS } from './flags';
import { formatTable } from './table';

export function formatHelp(): string {
  return [
    'lockstep: PPO on whatever GPU is there.',
    '',
    'Usage: lockstep train ENVIRONMENT [--config FILE] [flags]',
    '       lockstep doctor [--json] [--adapter NAME] [--unsafe-fast] [--matrix-units]',
    '                       [--compile [ENVIRONMENT]]',
    '       lockstep envs',
    '',
    'Commands:',
    indent(formatTable(Object.entries(COMMANDS))),
    '',
    'Flags:',
    indent(formatTable(otherRows())),
    '',
    'Flags of train, the fields of its config (an environment may bring its own defaults):',
    ...fieldGroups(),
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

/** Per group its heading, the table of its fields, and an empty line. */
function fieldGroups(): string[] {
  const rows = formatTable(CONFIG_KEYS.map(fieldRow)).split('\n');
  return (Object.keys(CONFIG_GROUPS) as ConfigGroup[]).flatMap((group) => {
    const lines = rows.filter((_, index) => CONFIG_FIELDS[CONFIG_KEYS[index]!].group === group);
    return lines.length > 0
      ? [`  ${CONFIG_GROUPS[group]}`, indent(indent(lines.join('\n'))), '']
      : [];
  });
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
