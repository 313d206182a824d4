/**
 * The entry point of a program with spilled values. Only some workgroups have memory for them; each
 * of these does the work of several, one after the other. A workgroup's results do not depend on
 * which one computes them.
 */
import type { FnElem, FnParamElem } from 'wesl/core';
import { type Program, Unspillable } from './program';
import type { Spill } from './spill';

/** Arguments of the original entry point by built-in value. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  workgroup_id: 'spilled_id',
  num_workgroups: 'spilled_count',
  local_invocation_id: 'spilled_local',
  local_invocation_index: 'spilled_index',
  global_invocation_id: 'spilled_id * spilled_size + spilled_local',
};

export function isEntry({ attributes = [] }: FnElem): boolean {
  return attributes.some(
    ({ attribute }) => attribute.kind === '@attribute' && attribute.name === 'compute',
  );
}

function builtinOf({ attributes = [] }: FnParamElem): string | undefined {
  for (const { attribute } of attributes) {
    if (attribute.kind === '@builtin') return attribute.param.name;
  }
  return undefined;
}

/** The three numbers of @workgroup_size. */
function workgroupSize(program: Program, { attributes = [] }: FnElem): [number, number, number] {
  for (const { attribute } of attributes) {
    if (attribute.kind !== '@attribute' || attribute.name !== 'workgroup_size') continue;
    const sizes = (attribute.params ?? []).map((each) => program.valueOf(each.expression));
    const [x, y = 1, z = 1] = sizes;
    if (x !== undefined && !sizes.includes(undefined)) return [x, y, z];
  }
  throw new Unspillable('the workgroup size is not constant');
}

/** Invocations of a workgroup. */
export function lanesOf(program: Program, entry: FnElem): number {
  return workgroupSize(program, entry).reduce((product, size) => product * size);
}

/** @throws Unspillable for parameters that are not built-in values. */
export function entryText(spill: Spill, fn: FnElem): string {
  const { program } = spill;
  const size = workgroupSize(program, fn).join(', ');
  const passed: string[] = [];
  const values = fn.params.map((each) => {
    const builtin = builtinOf(each);
    if (!builtin) throw new Unspillable('an entry point has a parameter that is not built in');
    const argument = ARGUMENTS[builtin];
    if (argument === undefined) passed.push(`, ${program.slice(each)}`);
    return argument ?? program.slice(each.name.decl);
  });
  const shared = program.module.decls.some(
    (elem) => elem.kind === 'gvar' && elem.template?.[0]?.name === 'workgroup',
  );
  const body = spill.instance(fn, new Map(), undefined);
  return `@compute @workgroup_size(${size})
fn ${fn.name.ident.originalName}(
  @builtin(workgroup_id) spilled_own: vec3u,
  @builtin(num_workgroups) spilled_count: vec3u,
  @builtin(local_invocation_id) spilled_local: vec3u,
  @builtin(local_invocation_index) spilled_index: u32${passed.join('')}
) {
  let spilled_size = vec3u(${size});
  let all = spilled_count.x * spilled_count.y * spilled_count.z;
  let row = spilled_own.y + spilled_count.y * spilled_own.z;
  let first = spilled_own.x + spilled_count.x * row;
  let room = arrayLength(&spilled_values);
  spilled_workgroup = first;
  spilled_lane = spilled_index;
  spilled_one = min(room, 1u);
  for (var turn = select(all, first, first < room); turn < all; turn += room) {
    let spilled_id = vec3u(
      turn % spilled_count.x,
      turn / spilled_count.x % spilled_count.y,
      turn / (spilled_count.x * spilled_count.y));
    ${body}(${values.join(', ')});${shared ? '\n    workgroupBarrier();' : ''}
  }
}`;
}
