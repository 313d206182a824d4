/** docs/configuration.md: all config fields as one table per group. */

import { CONFIG_KEYS, type ConfigKey, flagOf } from '../src/cli/flag-values';
import { describeValue } from '../src/config/check';
import { DEFAULT_CONFIG } from '../src/config/defaults';
import { CONFIG_GROUPS, type ConfigGroup } from '../src/config/field';
import { CONFIG_FIELDS } from '../src/config/fields';

const HEADER = ['option', 'meaning', 'default', 'range', 'per agent', 'source', 'pitfall'];

const INTRODUCTION = `# Configuration

Made by \`npm run generate\` from \`src/config/fields.ts\` and \`src/config/loss-terms.ts\`;
edit those instead.

| | choices |
|---|---|
| actions | categorical, multi-categorical (both with masks), Gaussian, tanh-squashed Gaussian |
| networks | 0–4 hidden layers of 1–1024, separate or with a shared trunk, layer norm |
| objective | clip, KL penalty, dual clip; three value losses; KL to a reference policy |
| advantages | GAE, plain returns, group-relative (GRPO, without a critic) |
| schedules | constant, linear, cosine, KL-adaptive; target-KL stop |
| on the device | normalization of observations and rewards, AdamW, a non-finite guard |

A run is configured by the fields below. Each is a key of a configuration file, a flag of
\`lockstep train\`, and a field of \`config\` in code. Later layers win:

    general defaults  <  environment's tuned defaults  <  file of --config  <  flags

**Tuned defaults** are in [configs/](../configs), one file per environment; each is also a valid
configuration file.

**A file** is one JSON object with any of the keys. \`"$schema"\` can name the schema,
[configs/schema.json](../configs/schema.json), so that editors complete and check the keys. A list
gives one value per agent where the table allows it.

\`\`\`json
{
  "$schema": "./configs/schema.json",
  "numAgents": 2,
  "learningRate": [0.001, 0.002]
}
\`\`\`

    lockstep train CartPole-v1 --config run.json --seed 7
    lockstep train CartPole-v1 --config run.json --seed 7 --print-config > resolved.json

\`--print-config\` prints all fields as they would be used and exits without opening a device. All
problems of file and flags are reported in one message before a device is opened, with exit code 2.

**Flags** are the keys in kebab-case. Lists are written \`1,2\`; \`none\` means no hidden layers.
Boolean flags need no value; \`--no-NAME\` sets false.

"Detail" numbers are those of [implementation-details.md](implementation-details.md).
`;

export function configPage(): string {
  return [INTRODUCTION, ...(Object.keys(CONFIG_GROUPS) as ConfigGroup[]).flatMap(section)].join(
    '\n',
  );
}

/** A group's heading and table; nothing for a group without fields. */
function section(group: ConfigGroup): string[] {
  const keys = CONFIG_KEYS.filter((key) => CONFIG_FIELDS[key].group === group);
  if (keys.length === 0) return [];
  const rows = [HEADER, HEADER.map(() => '---'), ...keys.map(cells)];
  return [`## ${CONFIG_GROUPS[group]}`, '', ...rows.map(tableRow), ''];
}

function cells(key: ConfigKey): string[] {
  const { description, perAgent, source, pitfall } = CONFIG_FIELDS[key];
  return [
    `\`${key}\`<br>\`${flagOf(key)}\``,
    description,
    `\`${JSON.stringify(DEFAULT_CONFIG[key])}\``,
    describeValue(key),
    perAgent ? 'yes' : 'no',
    source,
    pitfall,
  ];
}

/** A bar within a cell would end it. */
function tableRow(row: readonly string[]): string {
  return `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
