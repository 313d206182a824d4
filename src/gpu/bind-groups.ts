/**
 * The bind groups of one kernel. Equal bindings share a group, and a kernel that is dispatched with
 * very many different records switches to groups with dynamic offsets. So the number of recorded
 * dispatches is not limited by the number of objects that a driver can hold: lavapipe maps a page
 * of memory for each group, and Linux allows a process 65,530 mappings.
 */
import type { Gpu } from './device';
import type { Access } from './kernel';
import type { UniformRecord } from './uniforms';

/**
 * Most groups with fixed offsets that a kernel creates for the same buffers. Beyond that, every
 * dispatch sets its offsets, which costs 20 µs on lavapipe (docs/log.md).
 */
const MAX_FIXED_GROUPS = 2048;

/** How a kernel accesses the tensor at a binding. */
export interface BindingMode {
  readonly binding: number;
  readonly mode: Access['mode'];
}

/** A tensor at its binding. */
export interface Binding {
  readonly binding: number;
  readonly access: Access;
}

/** The bind group that a dispatch sets, and its offsets. */
export interface BoundGroup {
  readonly bindGroup: GPUBindGroup;
  /** The dynamic offset of the uniform record; undefined if the group fixes it. */
  readonly offsets?: readonly [number];
}

/** Groups by the tensors that they bind, one level per tensor; freed together with the tensors. */
class Node {
  readonly groups = new Map<string, GPUBindGroup>();
  private readonly next = new WeakMap<object, Node>();

  at(key: object): Node {
    const known = this.next.get(key);
    if (known) return known;
    const node = new Node();
    this.next.set(key, node);
    return node;
  }
}

const BINDING_TYPES = { read: 'read-only-storage', write: 'storage', uniform: 'uniform' } as const;

/** Entries of a kernel's layout; with `dynamic`, dispatches set the offset of the record. */
export function layoutEntries(
  tensors: readonly BindingMode[],
  dynamic: boolean,
): GPUBindGroupLayoutEntry[] {
  const visibility = GPUShaderStage.COMPUTE;
  return [
    { binding: 0, visibility, buffer: { type: 'uniform', hasDynamicOffset: dynamic } },
    ...tensors.map(({ binding, mode }) => {
      return { binding, visibility, buffer: { type: BINDING_TYPES[mode] } };
    }),
  ];
}

export class BindGroups {
  private readonly root = new Node();

  /** @param layoutFor the kernel's layout, with or without dynamic offsets */
  constructor(
    private readonly gpu: Gpu,
    private readonly label: string,
    private readonly layoutFor: (dynamic: boolean) => GPUBindGroupLayout,
  ) {}

  /** The group that binds a record and tensors, created on first use. */
  bind(record: UniformRecord, tensors: readonly Binding[]): BoundGroup {
    const { groups } = tensors.reduce((node, { access }) => node.at(access.tensor), this.root);
    const anyOffset = `${record.page}`;
    const thisOffset = `${anyOffset} at ${record.offset}`;
    const fixed = groups.get(thisOffset);
    if (fixed) return { bindGroup: fixed };
    const dynamic = groups.size >= MAX_FIXED_GROUPS;
    const known = dynamic ? groups.get(anyOffset) : undefined;
    const bindGroup = known ?? this.create(record, tensors, dynamic);
    if (!known) groups.set(dynamic ? anyOffset : thisOffset, bindGroup);
    return dynamic ? { bindGroup, offsets: [record.offset] } : { bindGroup };
  }

  private create(
    { buffer, offset, size }: UniformRecord,
    tensors: readonly Binding[],
    dynamic: boolean,
  ): GPUBindGroup {
    const entries = tensors.map(({ binding, access: { tensor } }) => ({
      binding,
      resource: { buffer: tensor.buffer },
    }));
    return this.gpu.device.createBindGroup({
      label: this.label,
      layout: this.layoutFor(dynamic),
      entries: [
        { binding: 0, resource: { buffer, offset: dynamic ? 0 : offset, size } },
        ...entries,
      ],
    });
  }
}
