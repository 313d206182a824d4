/**
 * Copies of the training state after each of the latest iterations. Iterations run ahead of their
 * reports, so the tensors themselves may already hold the state of a later one.
 */
import type { Arena, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';

interface Slot<Name extends string> {
  /** The iteration whose state it holds, 0 for the initial state; undefined if it is empty. */
  iteration: number | undefined;
  readonly copies: Readonly<Record<Name, Tensor>>;
}

export class RecentStates<Name extends string> {
  private readonly slots: readonly Slot<Name>[];

  /**
   * Declares the copies; they take `count` times the memory of the tensors.
   * @param tensors that iterations change
   * @param count states that are kept; for that before the last report, one more than the
   * iterations that run ahead of a report
   */
  constructor(
    arena: Arena,
    private readonly tensors: Readonly<Record<Name, Tensor>>,
    count: number,
  ) {
    const declare = ({ name, shape, type }: Tensor, slot: number): Tensor =>
      arena.declare(`${name}, copy ${slot}`, shape, type);
    this.slots = Array.from({ length: count }, (_, slot) => ({
      iteration: undefined,
      copies: mapValues(tensors, (tensor) => declare(tensor, slot)),
    }));
  }

  /**
   * Encodes copies of the tensors before something changes them. One set of copies is made before
   * an iteration rather than after the one before it: the newest state then needs no slot.
   * @param iteration iteration whose state the tensors hold now
   */
  keep(encoder: GPUCommandEncoder, iteration: number): void {
    const slot = this.slotOf(iteration);
    if (slot.iteration === iteration) return;
    slot.iteration = iteration;
    for (const name of namesOf(this.tensors)) {
      const { buffer, bytes } = this.tensors[name];
      encoder.copyBufferToBuffer(buffer, 0, slot.copies[name].buffer, 0, bytes);
    }
  }

  /**
   * Copies the state after an iteration back into the tensors and drops what is not older: whatever
   * follows begins from the tensors.
   */
  bringBack({ device }: Gpu, iteration: number): void {
    const copies = this.after(iteration);
    const encoder = device.createCommandEncoder();
    for (const name of namesOf(this.tensors)) {
      const [from, to] = [copies[name], this.tensors[name]];
      if (from !== to) encoder.copyBufferToBuffer(from.buffer, 0, to.buffer, 0, to.bytes);
    }
    device.queue.submit([encoder.finish()]);
    for (const slot of this.slots) {
      if (slot.iteration !== undefined && slot.iteration >= iteration) slot.iteration = undefined;
    }
  }

  /** Drops all copies, since the tensors now hold the state of another run. */
  forget(): void {
    for (const slot of this.slots) slot.iteration = undefined;
  }

  /** The tensors as they are after an iteration: the copies that were kept, or else the tensors. */
  after(iteration: number): Readonly<Record<Name, Tensor>> {
    const slot = this.slotOf(iteration);
    return slot.iteration === iteration ? slot.copies : this.tensors;
  }

  private slotOf(iteration: number): Slot<Name> {
    return this.slots[iteration % this.slots.length]!;
  }
}

function namesOf<Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(record) as Name[];
}

function mapValues<Name extends string, A, B>(
  record: Readonly<Record<Name, A>>,
  change: (value: A) => B,
): Record<Name, B> {
  const entries = namesOf(record).map((name) => [name, change(record[name])] as const);
  return Object.fromEntries(entries) as Record<Name, B>;
}
