/** Threads that train one agent together: each has its environments, all add up their gradients. */

/** ms; a thread that is this late has failed. */
const PATIENCE = 30_000;

export interface TeamMemory {
  readonly size: number;
  /** [2][threads][capacity]: sums alternate, so that one can begin while another is still read. */
  readonly slots: SharedArrayBuffer;
  /** Threads that have arrived, counted on for ever. */
  readonly arrived: SharedArrayBuffer;
}

/** @param capacity the most numbers that are ever added up at once. */
export function createTeamMemory(size: number, capacity: number): TeamMemory {
  return {
    size,
    slots: new SharedArrayBuffer(2 * size * capacity * Float64Array.BYTES_PER_ELEMENT),
    arrived: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  };
}

export class Team {
  private readonly slots: Float64Array;
  private readonly arrived: Int32Array;
  private readonly capacity: number;
  private turn = 0;

  constructor(
    memory: TeamMemory,
    readonly rank: number,
  ) {
    this.size = memory.size;
    this.slots = new Float64Array(memory.slots);
    this.arrived = new Int32Array(memory.arrived);
    this.capacity = this.slots.length / (2 * memory.size);
  }

  readonly size: number;

  /** Replaces `values` by their sums over all threads, the same bits in each. */
  sum(values: Float32Array | Float64Array): void {
    if (this.size === 1) return;
    const slot = (rank: number): number => ((this.turn % 2) * this.size + rank) * this.capacity;
    this.slots.set(values, slot(this.rank));
    this.turn += 1;
    const before = this.turn - 1;
    this.meet();
    const first = (before % 2) * this.size * this.capacity;
    for (let place = 0; place < values.length; place++) {
      let total = 0;
      for (let rank = 0; rank < this.size; rank++) {
        total += this.slots[first + rank * this.capacity + place]!;
      }
      values[place] = total;
    }
  }

  /** Waits, asleep, for all threads to have come this far. */
  private meet(): void {
    const goal = this.turn * this.size;
    let seen = Atomics.add(this.arrived, 0, 1) + 1;
    if (seen === goal) Atomics.notify(this.arrived, 0);
    while (seen < goal) {
      if (Atomics.wait(this.arrived, 0, seen, PATIENCE) === 'timed-out') {
        throw new Error(`a thread of the team did not answer for ${PATIENCE / 1000} s`);
      }
      seen = Atomics.load(this.arrived, 0);
    }
  }
}
