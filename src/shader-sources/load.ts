/** Loads the texts of shader modules. Environments bring their own. */
import { IMPORTED_GROUPS, SHADER_GROUPS, type ShaderGroup, shaderGroupOf } from './groups';

/** Texts of shader modules by their paths under shaders/, e.g. `lib/rng`. */
export type ShaderTexts = Readonly<Record<string, string>>;

/** Loads at least the modules of these paths and all that they import; without paths, all. */
export type ShaderLoader = (paths?: readonly string[]) => Promise<ShaderTexts>;

const TEXTS: Readonly<Record<ShaderGroup, () => Promise<{ readonly SHADERS: ShaderTexts }>>> = {
  common: () => import('./common'),
  options: () => import('./options'),
  fused: () => import('./fused'),
  lanes: () => import('./lanes'),
  layered: () => import('./layered'),
  'matrix-units': () => import('./matrix-units'),
};

export const loadShaders: ShaderLoader = async (paths) => {
  const wanted = paths?.flatMap((path) => IMPORTED_GROUPS[shaderGroupOf(path)]);
  const groups = [...new Set(wanted ?? SHADER_GROUPS)];
  const loaded = await Promise.all(groups.map((group) => TEXTS[group]()));
  return Object.assign({}, ...loaded.map(({ SHADERS }) => SHADERS));
};
