/** Reads `struct State` of a module: the names, types and places of its members. */
import { plugInText } from '../gpu/plug-in';
import { closingIndex, type Token, tokensOf } from '../gpu/wesl-tokens';
import { bitWords } from '../kernels/observation-bits';
import { type Constant, constantOf, type Lookup } from './constant-expression';
import { type EnvironmentDefinition, EnvironmentError, environmentFile } from './definition';
import {
  type MemberOutline,
  type Scalar,
  type StateType,
  type StructType,
  structOf,
} from './state-types';

const SCALARS: readonly string[] = ['f32', 'i32', 'u32'];
/** Short names such as vec3f. */
const SUFFIXES: Readonly<Record<string, Scalar>> = { f: 'f32', i: 'i32', u: 'u32' };

/** Splits tokens at a separator outside of all brackets. */
function split(tokens: readonly Token[], separator: string): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if ('([{<'.includes(token.text)) depth += 1;
    if (')]}>'.includes(token.text)) depth -= 1;
    if (depth === 0 && token.text === separator) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

const textOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join('');

class ModuleTypes {
  private readonly structs = new Map<string, readonly Token[]>();
  private readonly aliases = new Map<string, readonly Token[]>();
  private readonly constants = new Map<string, readonly Token[]>();
  /** Names that are being read, which must not lead back to themselves. */
  private readonly reading = new Set<string>();

  constructor(private readonly environment: EnvironmentDefinition) {
    const text = plugInText({ file: environmentFile(environment), text: environment.shader });
    const tokens = tokensOf(text);
    let depth = 0;
    for (const [index, { text: word }] of tokens.entries()) {
      if (word === '{') depth += 1;
      if (word === '}') depth -= 1;
      const name = tokens[index + 1]?.text;
      if (name === undefined || depth > 0) continue;
      if (word === 'struct') {
        const open = index + 2;
        if (tokens[open]?.text !== '{') continue;
        this.structs.set(name, tokens.slice(open + 1, closingIndex(tokens, open)));
      }
      if (word === 'alias') this.aliases.set(name, this.behindEquals(tokens, index));
      if (word === 'const') this.constants.set(name, this.behindEquals(tokens, index));
    }
  }

  /** The struct of the name State. */
  state(): StructType {
    const type = this.named('State', 'State');
    if (type?.kind === 'struct') return type;
    throw this.error('State', 'is no struct of the module');
  }

  private error(place: string, sentence: string): EnvironmentError {
    const file = environmentFile(this.environment);
    return new EnvironmentError(`${file}: ${place} ${sentence}, so its states cannot be read`);
  }

  /** The tokens between the next `=` and the next `;`. */
  private behindEquals(tokens: readonly Token[], begin: number): Token[] {
    const end = tokens.findIndex(({ text }, index) => index > begin && text === ';');
    const statement = tokens.slice(begin, end === -1 ? tokens.length : end);
    return statement.slice(statement.findIndex(({ text }) => text === '=') + 1);
  }

  private lookup: Lookup = (name) => {
    const { params = {}, observation } = this.environment;
    const own = this.constants.get(name);
    if (own) return this.once(name, () => constantOf(own, this.lookup));
    if (name === 'OBSERVATION_SIZE') return { value: observation.length, isInteger: true };
    if (name === 'OBSERVATION_WORDS') return { value: this.observed[1], isInteger: true };
    if (name === 'ACTION_SIZE') return { value: this.actionSize, isInteger: true };
    const param = Object.hasOwn(params, name) ? params[name] : undefined;
    return typeof param === 'number' ? { value: param, isInteger: false } : undefined;
  };

  /** What an Observation has elements of, and how many. */
  private get observed(): readonly ['f32' | 'u32', number] {
    const { observation, observationFormat } = this.environment;
    const { length } = observation;
    return observationFormat === 'bits' ? ['u32', bitWords(length)] : ['f32', length];
  }

  private get actionSize(): number {
    const { action } = this.environment;
    if (action.type === 'discrete') return 1;
    return action.type === 'box' ? action.low.length : action.nvec.length;
  }

  /** Reads what a name stands for, unless that is being done already. */
  private once<T>(name: string, read: () => T | undefined): T | undefined {
    if (this.reading.has(name)) return undefined;
    this.reading.add(name);
    try {
      return read();
    } finally {
      this.reading.delete(name);
    }
  }

  /** The type that the module, or the interface of environments, has under a name. */
  private named(name: string, place: string): StateType | undefined {
    const body = this.structs.get(name);
    if (body) return this.once(name, () => this.struct(body, place));
    const alias = this.aliases.get(name);
    if (alias) return this.once(name, () => this.type(alias, place));
    const array = (scalar: 'f32' | 'u32', length: number): StateType => ({
      kind: 'array',
      element: { kind: 'scalar', scalar },
      length,
    });
    if (name === 'Observation') return array(...this.observed);
    return name === 'Action' ? array('f32', this.actionSize) : undefined;
  }

  private struct(body: readonly Token[], place: string): StructType {
    return structOf(split(body, ',').map((member) => this.member(member, place)));
  }

  private member(tokens: readonly Token[], place: string): MemberOutline {
    const bytes: { align?: number; size?: number } = {};
    let begin = 0;
    while (tokens[begin]?.text === '@') {
      const name = tokens[begin + 1]!.text;
      const end = closingIndex(tokens, begin + 2);
      if (name !== 'align' && name !== 'size') {
        throw this.error(`${place}'s @${name}`, 'is unknown');
      }
      bytes[name] = this.number(tokens.slice(begin + 3, end), `${place}'s @${name}`).value;
      begin = end + 1;
    }
    const name = tokens[begin]!.text;
    const type = this.type(tokens.slice(begin + 2), `${place}.${name}`);
    return { name, type, align: bytes.align, size: bytes.size };
  }

  private type(tokens: readonly Token[], place: string): StateType {
    const [first, open] = tokens;
    const word = textOf(tokens);
    const parts = open?.text === '<' ? split(tokens.slice(2, closingIndex(tokens, 1)), ',') : [];
    const type =
      open === undefined ? this.plain(word, place) : this.generic(first!.text, parts, place);
    if (type) return type;
    throw this.error(place, `has the type ${word}, which is not understood`);
  }

  /** A type without parameters. */
  private plain(word: string, place: string): StateType | undefined {
    if (SCALARS.includes(word)) return { kind: 'scalar', scalar: word as Scalar };
    const vector = /^vec([234])([fiu])$/.exec(word);
    if (vector) return { kind: 'vector', scalar: SUFFIXES[vector[2]!]!, length: +vector[1]! };
    const matrix = /^mat([234])x([234])f$/.exec(word);
    if (matrix) return { kind: 'matrix', columns: +matrix[1]!, rows: +matrix[2]! };
    return this.named(word, place);
  }

  private generic(
    word: string,
    [element, length]: readonly (readonly Token[])[],
    place: string,
  ): StateType | undefined {
    if (!element) return undefined;
    const vector = /^vec([234])$/.exec(word);
    const matrix = /^mat([234])x([234])$/.exec(word);
    const inner = this.type(element, place);
    if (word === 'array' && length) {
      const { value } = this.number(length, `${place}'s length`);
      return { kind: 'array', element: inner, length: value };
    }
    if (inner.kind !== 'scalar') return undefined;
    if (vector) return { kind: 'vector', scalar: inner.scalar, length: +vector[1]! };
    if (!matrix || inner.scalar !== 'f32') return undefined;
    return { kind: 'matrix', columns: +matrix[1]!, rows: +matrix[2]! };
  }

  private number(tokens: readonly Token[], place: string): Constant {
    const constant = constantOf(tokens, this.lookup);
    if (constant && Number.isInteger(constant.value) && constant.value > 0) return constant;
    throw this.error(place, `is ${textOf(tokens)}, which is not understood`);
  }
}

const layouts = new WeakMap<EnvironmentDefinition, StructType>();

/**
 * The layout of an environment's State.
 * @throws EnvironmentError for types and constants that come from other modules or that are not
 * understood; see docs/environments.md.
 */
export function stateLayout(environment: EnvironmentDefinition): StructType {
  const known = layouts.get(environment);
  if (known) return known;
  const layout = new ModuleTypes(environment).state();
  layouts.set(environment, layout);
  return layout;
}
