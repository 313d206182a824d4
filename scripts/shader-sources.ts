/** The list of shader modules, from what lies under shaders/. */
import { readdirSync } from 'node:fs';

const FOLDER = 'shaders';
const EXTENSION = '.wesl';
/** Environments bring their own modules, and `lockstep doctor` imports its own. */
const OWN = /^(environments\/(?!interface\.)|cli\/doctor\.)/;

/** E.g. `libRunningMoments` for `lib/running-moments`. */
function identifier(path: string): string {
  return path.replace(/[/-](.)/g, (_, letter: string) => letter.toUpperCase());
}

const byPath = (a: string, b: string): number => Number(a > b) - Number(a < b);

export function shaderSources(): string {
  const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(EXTENSION) && !OWN.test(path))
    .map((path) => path.slice(0, -EXTENSION.length))
    .sort(byPath);
  return [
    '/**',
    ' * Every shader module by its path under shaders/, except the environments, which bring ' +
      'their own.',
    ' * Made by `npm run generate` from the files there.',
    ' */',
    ...paths.map((path) => `import ${identifier(path)} from '../${FOLDER}/${path}${EXTENSION}';`),
    '',
    'export const SHADER_SOURCES = {',
    ...paths.map((path) => `  '${path}': ${identifier(path)},`),
    '} as const;',
    '',
  ].join('\n');
}
