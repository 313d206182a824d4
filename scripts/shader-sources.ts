/** The lists of shader modules, one per group, from what lies under shaders/. */
import { readdirSync } from 'node:fs';
import { SHADER_GROUPS, type ShaderGroup, shaderGroupOf } from '../src/shader-sources/groups';

const FOLDER = 'shaders';
const EXTENSION = '.wesl';
/** Environments bring their own modules, and `lockstep doctor` imports its own. */
const OWN = /^(environments\/(?!interface\.)|cli\/doctor\.)/;

/** E.g. `libRunningMoments` for `lib/running-moments`. */
function identifier(path: string): string {
  return path.replace(/[/-](.)/g, (_, letter: string) => letter.toUpperCase());
}

const byPath = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** The generated files by path. */
export function shaderSources(): Readonly<Record<string, string>> {
  const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(EXTENSION) && !OWN.test(path))
    .map((path) => path.slice(0, -EXTENSION.length))
    .sort(byPath);
  const files = SHADER_GROUPS.map((group) => {
    const members = paths.filter((path) => shaderGroupOf(path) === group);
    return [`src/shader-sources/${group}.ts`, listOf(group, members)] as const;
  });
  return Object.fromEntries(files);
}

function listOf(group: ShaderGroup, paths: readonly string[]): string {
  return [
    '/**',
    ` * The shader modules of the group \`${group}\` (groups.ts) by their paths under ${FOLDER}/.`,
    ' * Made by `npm run generate` from the files there.',
    ' */',
    ...paths.map(
      (path) => `import ${identifier(path)} from '../../${FOLDER}/${path}${EXTENSION}';`,
    ),
    '',
    'export const SHADERS: Readonly<Record<string, string>> = {',
    ...paths.map((path) => `  '${path}': ${identifier(path)},`),
    '};',
    '',
  ].join('\n');
}
