/** src/config/ppo-config.ts: the interface of a configuration, from the table of config fields. */
import { describeAllowed } from '../src/config/check';
import type { ConfigField } from '../src/config/field';
import { CONFIG_FIELDS } from '../src/config/fields';
import type { PpoConfig } from '../src/config/ppo-config';

const COLUMNS = 100;

const INTRODUCTION = `/** Made by \`npm run generate\` from fields.ts and loss-terms.ts. */
import type { PerAgent } from './per-agent';

/**
 * The complete configuration of a run; \`CONFIG_FIELDS\` and docs/configuration.md also give each
 * field's source and pitfall.
 */
export interface PpoConfig {
`;

export function configInterface(): string {
  const keys = Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[];
  return `${INTRODUCTION}${keys.map(member).join('')}}\n`;
}

/** A field with its doc comment. */
function member(key: keyof PpoConfig): string {
  const field: ConfigField = CONFIG_FIELDS[key];
  const allowed = describeAllowed(key);
  const range = `${allowed.charAt(0).toUpperCase()}${allowed.slice(1)}`;
  const comment = [field.description, `${range}; default ${JSON.stringify(field.default)}.`];
  const type = field.perAgent ? `PerAgent<${valueType(field)}>` : valueType(field);
  return [
    '  /**',
    ...comment.flatMap(wrap).map((line) => `   * ${line}`),
    '   */',
    `  readonly ${key}: ${type};`,
    '',
  ].join('\n');
}

/** The type of one agent's value. */
function valueType({ type, choices = [] }: ConfigField): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'widths':
      return 'readonly number[]';
    case 'choice':
      return choices
        .map((choice) => (typeof choice === 'string' ? `'${choice}'` : `${choice}`))
        .join(' | ')
        .replace('false | true', 'boolean');
  }
}

/** A text in lines that fit into a doc comment. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || `   * ${last} ${word}`.length > COLUMNS) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
