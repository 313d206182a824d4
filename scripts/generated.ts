/**
 * The files that `npm run generate` writes, by path; test/scripts holds the committed ones to them.
 */
import { configInterface } from './config-interface';
import { configPage } from './config-page';
import { configSchema } from './config-schema';
import { shaderSources } from './shader-sources';

export const GENERATED: Readonly<Record<string, string>> = {
  'src/config/ppo-config.ts': configInterface(),
  'configs/schema.json': `${JSON.stringify(configSchema(), null, 2)}\n`,
  'docs/configuration.md': configPage(),
  ...shaderSources(),
};
