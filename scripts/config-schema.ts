/** The JSON schema (draft 2020-12) of configuration files, from the table of config fields. */
import { MAX_LAYERS } from '../src/config/check';
import type { ConfigField, FieldType } from '../src/config/field';
import { CONFIG_FIELDS } from '../src/config/fields';

export type Schema = Readonly<Record<string, unknown>>;

/** What a file may say; rules between fields are left to checkConfig. */
export function configSchema(
  fields: Readonly<Record<string, ConfigField>> = CONFIG_FIELDS,
): Schema {
  const properties = Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A configuration of lockstep train',
    description: 'Made by npm run generate from src/config/fields.ts and src/config/loss-terms.ts.',
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'Path of this schema, for editors; ignored.' },
      ...Object.fromEntries(properties),
    },
    additionalProperties: false,
  };
}

function fieldSchema(field: ConfigField): Schema {
  const { description, pitfall, perAgent } = field;
  const one = valueSchema(field);
  const many = { type: 'array', items: one, minItems: 1, description: 'One value per agent.' };
  return {
    description: `${description} Pitfall: ${pitfall}`,
    ...(perAgent ? { anyOf: [one, many] } : one),
    default: field.default,
  };
}

/** The value of one agent. */
function valueSchema(field: ConfigField): Schema {
  const schemas: Readonly<Record<FieldType, () => Schema>> = {
    boolean: () => ({ type: 'boolean' }),
    choice: () => ({ enum: field.choices }),
    integer: () => ({ type: 'integer', ...range(field) }),
    number: () =>
      field.orZero
        ? { anyOf: [{ const: 0 }, { type: 'number', ...range(field) }] }
        : { type: 'number', ...range(field) },
    widths: () => ({
      type: 'array',
      maxItems: MAX_LAYERS,
      items: { type: 'integer', ...range(field) },
    }),
  };
  return schemas[field.type]();
}

function range({ min, max, exclusiveMin }: ConfigField): Schema {
  return {
    ...(min === undefined ? {} : { [exclusiveMin ? 'exclusiveMinimum' : 'minimum']: min }),
    ...(max === undefined ? {} : { maximum: max }),
  };
}
