/**
 * Copies of the training state after each of the latest iterations. Iterations run ahead of their
 * reports, so the tensors themselves may already hold the state of a later one.
 */
import type { Arena, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';

/** Tensors by their names; a run may be without some of them. */
export type StateTensors<Tensors> = { readonly [Name in keyof Tensors]: Tensor | undefined };

interface Slot<Tensors> {
  /** The iteration whose state it holds, 0 for the initial state; undefined if it is empty. */
  iteration: number | undefined;
  readonly copies: Tensors;
}

export class RecentStates<Tensors extends StateTensors<Tensors>> {
  private readonly slots: readonly Slot<Tensors>[];

  /**
   * Declares the copies; they take `count` times the memory of the tensors.
   * @param tensors that iterations change
   * @param count states that are kept; for that before the last report, one more than the
   * iterations that run ahead of a report
   */
  constructor(
    arena: Arena,
    private readonly tensors: Tensors,
    count: number,
  ) {
    const declare = ({ name, shape, type }: Tensor, slot: number): Tensor =>
      arena.declare(`${name}, copy ${slot}`, shape, type);
    this.slots = Array.from({ length: count }, (_, slot) => ({
      iteration: undefined,
      copies: mapTensors(tensors, (tensor) => declare(tensor, slot)),
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
    copyTensors(encoder, this.tensors, slot.copies);
  }

  /**
   * Copies the state after an iteration back into the tensors and drops what is not older: whatever
   * follows begins from the tensors.
   */
  bringBack({ device }: Gpu, iteration: number): void {
    const encoder = device.createCommandEncoder();
    copyTensors(encoder, this.after(iteration), this.tensors);
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
  after(iteration: number): Tensors {
    const slot = this.slotOf(iteration);
    return slot.iteration === iteration ? slot.copies : this.tensors;
  }

  private slotOf(iteration: number): Slot<Tensors> {
    return this.slots[iteration % this.slots.length]!;
  }
}

/** The tensors that exist, with their names. */
function entriesOf<Tensors extends StateTensors<Tensors>>(
  tensors: Tensors,
): (readonly [keyof Tensors, Tensor])[] {
  const names = Object.keys(tensors) as (keyof Tensors)[];
  return names.flatMap((name) => {
    const tensor = tensors[name];
    return tensor ? [[name, tensor] as const] : [];
  });
}

function copyTensors<Tensors extends StateTensors<Tensors>>(
  encoder: GPUCommandEncoder,
  from: Tensors,
  to: Tensors,
): void {
  for (const [name, source] of entriesOf(from)) {
    const goal = to[name]!;
    if (source !== goal) encoder.copyBufferToBuffer(source.buffer, 0, goal.buffer, 0, goal.bytes);
  }
}

function mapTensors<Tensors extends StateTensors<Tensors>>(
  tensors: Tensors,
  change: (tensor: Tensor) => Tensor,
): Tensors {
  const entries = entriesOf(tensors).map(([name, tensor]) => [name, change(tensor)] as const);
  return Object.fromEntries(entries) as unknown as Tensors;
}
