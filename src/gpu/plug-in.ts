/** Modules that programs import under a fixed name, and the modules' own constants. */
import { tokensOf } from './wesl-tokens';

/** A module of pure functions that a shader imports under a fixed name. */
export interface ShaderModule {
  /** The file to name in errors. */
  readonly file: string;
  readonly text: string;
  /**
   * Values that the module imports from `constants`, as WGSL expressions; default none. They are
   * separate from the program's constants, so names cannot collide.
   */
  readonly constants?: Readonly<Record<string, string>>;
  /**
   * Further names that it imports from `constants`: f32 variables of an invocation, which
   * `variables::load_variables` sets from an array in this order. At most one module of a program
   * has any.
   */
  readonly variables?: readonly string[];
  /** Texts of modules made for it, which it imports by their names. */
  readonly made?: Readonly<Record<string, string>>;
  /** What errors call these constants, e.g. "the params of CartPole-v1". */
  readonly constantsName?: string;
}

export type PlugIns = Readonly<Record<string, ShaderModule>>;

const CONSTANTS = 'constants';
const ALIAS = /\bconstant[0-9a-z](?=::|'|$)/g;

/** As long as `constants`, so that offsets in the text stay the same. */
const aliasOf = (index: number): string => `constant${index.toString(36)}`;

/** The module's text without a byte order mark, which editors hide and compilers refuse. */
export function plugInText({ text }: ShaderModule): string {
  return text.replace(/^\uFEFF/, '');
}

/** The module's text with `constants` replaced by the name that its constants are linked under. */
function linkedText(module: ShaderModule, index: number): string {
  const text = plugInText(module);
  if (!text.includes(CONSTANTS)) return text;
  const tokens = tokensOf(text);
  let result = '';
  let end = 0;
  for (const [at, { text: word, offset }] of tokens.entries()) {
    const isPath = tokens[at + 1]?.text === '::' && tokens[at - 1]?.text !== '::';
    if (word !== CONSTANTS || !isPath) continue;
    result += text.slice(end, offset) + aliasOf(index);
    end = offset + word.length;
  }
  return result + text.slice(end);
}

/** The texts of the plug-ins for the linker, by name. */
export function plugInTexts(plugIns: PlugIns): [name: string, text: string][] {
  return Object.entries(plugIns).map(([name, module], index) => [name, linkedText(module, index)]);
}

/** The function that sets a module's variables, in a module of its own. */
function loadText(variables: readonly string[], alias: string): string {
  const imports = variables.map((name, index) => `${name} as variable_${index}`);
  const lines = variables.map((_, index) => `  variable_${index} = values[${index}];`);
  return [
    `import ${alias}::{${imports.join(', ')}};`,
    `fn load_variables(values: array<f32, ${variables.length}>) {`,
    ...lines,
    '}',
  ].join('\n');
}

/** The modules that are made for plug-ins, by the name that they are linked under. */
export function madeModules(plugIns: PlugIns): Record<string, string> {
  const modules = Object.values(plugIns).map(({ constants = {}, variables = [], made }, index) => {
    const alias = aliasOf(index);
    const lines = [
      ...Object.entries(constants).map(([name, value]) => `const ${name} = ${value};`),
      ...variables.map((name) => `var<private> ${name}: f32;`),
    ];
    const loading = variables.length > 0 ? { variables: loadText(variables, alias) } : {};
    return { [alias]: lines.join('\n'), ...loading, ...made };
  });
  return Object.assign({}, ...modules);
}

/** The plug-in whose constants are linked under this name. */
export function ownerOfConstants(plugIns: PlugIns, alias: string): ShaderModule | undefined {
  return Object.values(plugIns).find((_, index) => aliasOf(index) === alias);
}

/** A linker message with `constants` restored, as the plug-in's author wrote it. */
export function withoutAliases(message: string): string {
  return message.replace(ALIAS, CONSTANTS);
}
