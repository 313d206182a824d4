/**
 * The interface of a linked program, parsed from its WGSL, and its comparison with what the host
 * binds: the uniform record at binding 0 by the names of its members, in order, and each buffer by
 * its name and use.
 */

import { withoutComments } from './wesl-tokens';

/** How a program accesses a buffer. */
export type BindingUse = 'read' | 'write' | 'uniform';

export interface NamedBinding {
  readonly binding: number;
  readonly name: string;
  readonly use: BindingUse;
  /** Given, but the shader need not have it. */
  readonly optional?: boolean;
}

/** The bindings between host and shader, as either side declares them. */
export interface ShaderInterface {
  /** Members of the uniform record, in order; undefined for a program without one. */
  readonly record: readonly string[] | undefined;
  /** Bindings from 1 on. */
  readonly bindings: readonly NamedBinding[];
}

const BINDING = /@group\(0\)\s*@binding\((\d+)\)\s*var<([^>]+)>\s*(\w+)\s*:\s*(\w+)/g;
/** Binding number of the uniform record. */
const RECORD = 0;

function useOf(template: string): BindingUse {
  if (template.trim() === 'uniform') return 'uniform';
  return /read_write/.test(template) ? 'write' : 'read';
}

/** The names of a struct's members; a member that is not a u32 has its type added. */
function membersOf(wgsl: string, struct: string): string[] {
  const body = new RegExp(`\\bstruct ${struct}\\s*\\{([^}]*)\\}`).exec(wgsl)?.[1] ?? '';
  return body
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '')
    .map((member) => {
      const [name, type] = member.split(':').map((word) => word.trim());
      return type === 'u32' ? name! : `${name}: ${type}`;
    });
}

/** The interface that a linked program declares. */
export function interfaceOf(linked: string): ShaderInterface {
  const wgsl = withoutComments(linked);
  const found = [...wgsl.matchAll(BINDING)].map(([, binding, template, name, type]) => ({
    ...{ binding: Number(binding), name: name!, use: useOf(template!), type: type! },
  }));
  const record = found.find(({ binding }) => binding === RECORD);
  return {
    record: record && membersOf(wgsl, record.type),
    bindings: found
      .filter(({ binding }) => binding !== RECORD)
      .map(({ binding, name, use }) => ({ binding, name, use })),
  };
}

const list = (names: readonly string[]): string => `(${names.join(', ')})`;

/** The linker appends digits to a name that another module already uses. */
const isNamed = (declared: string, given: string): boolean =>
  declared === given || new RegExp(`^${given}_?\\d+$`).test(declared);

const USES: Readonly<Record<BindingUse, string>> = {
  read: 'read',
  write: 'written',
  uniform: 'uniform',
};

/** Whether two interfaces are equal; called for every recorded dispatch. */
export function isSameInterface(a: ShaderInterface, b: ShaderInterface): boolean {
  const [ours = [], theirs = []] = [a.record, b.record];
  return (
    ours.length === theirs.length &&
    ours.every((name, index) => name === theirs[index]) &&
    a.bindings.length === b.bindings.length &&
    a.bindings.every(({ binding, name, use }, index) => {
      const other = b.bindings[index]!;
      return binding === other.binding && name === other.name && use === other.use;
    })
  );
}

/** E.g. "(envs, steps) and 1 agents read, 2 rewards written". */
export function describeInterface({ record = [], bindings }: ShaderInterface): string {
  const buffers = bindings.map(({ binding, name, use }) => `${binding} ${name} ${USES[use]}`);
  return `${list(record)} and ${buffers.join(', ')}`;
}

function bindingProblem(given: NamedBinding, shader: ShaderInterface): string | undefined {
  const { binding, name, use, optional } = given;
  const declared = shader.bindings.find((each) => each.binding === binding);
  if (!declared && optional) return undefined;
  if (!declared) return `binding ${binding} is given ${name}, but the shader has none there`;
  if (!isNamed(declared.name, name)) {
    return `binding ${binding} is ${declared.name} in the shader, but ${name} is given`;
  }
  if (declared.use === use) return undefined;
  return `${name} is ${USES[declared.use]} by the shader, but given as ${USES[use]}`;
}

/** All mismatches, one sentence each. */
export function interfaceProblems(shader: ShaderInterface, given: ShaderInterface): string[] {
  const [declared = [], names = []] = [shader.record, given.record];
  const record =
    list(declared) === list(names)
      ? []
      : [`the uniform record is ${list(declared)} in the shader, but ${list(names)} is given`];
  const bindings = given.bindings.flatMap((each) => bindingProblem(each, shader) ?? []);
  const missing = shader.bindings
    .filter(({ binding }) => !given.bindings.some((each) => each.binding === binding))
    .map(({ binding, name }) => `binding ${binding}, ${name} in the shader, is not given`);
  return [...record, ...bindings, ...missing];
}
