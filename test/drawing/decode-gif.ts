/**
 * A plain decoder for GIF89a, as far as the files of the tests go: one color table, no interlace.
 */
import type { Box } from '../../src/drawing/grid';

export interface DecodedFrame {
  /** Of its delay, in hundredths of a second. */
  readonly hundredths: number;
  /** Where its pixels lie. */
  readonly box: Box;
  readonly indices: readonly number[];
  /** Red, green and blue of all pixels after it. */
  readonly shown: readonly number[];
}

export interface DecodedGif {
  readonly width: number;
  readonly height: number;
  /** 0 for ever; undefined for not at all. */
  readonly repeats: number | undefined;
  readonly frames: readonly DecodedFrame[];
}

class Bytes {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  byte(): number {
    if (this.at >= this.bytes.length) throw new Error('the file ends early');
    return this.bytes[this.at++]!;
  }

  word(): number {
    return this.byte() + 256 * this.byte();
  }

  list(length: number): number[] {
    return Array.from({ length }, () => this.byte());
  }

  text(length: number): string {
    return String.fromCharCode(...this.list(length));
  }

  /** The bytes of blocks that each begin with their length, up to an empty one. */
  blocks(): number[] {
    const all: number[] = [];
    for (let length = this.byte(); length > 0; length = this.byte()) all.push(...this.list(length));
    return all;
  }
}

/** Appendix F of the format. */
function unpack(bytes: readonly number[], minimum: number): number[] {
  const [clear, end] = [2 ** minimum, 2 ** minimum + 1];
  const indices: number[] = [];
  let table: number[][] = [];
  let size = minimum + 1;
  let before: number[] | undefined;
  let [bits, count, at] = [0, 0, 0];
  for (;;) {
    while (count < size) {
      bits |= bytes[at++]! << count;
      count += 8;
    }
    const code = bits & (2 ** size - 1);
    bits >>>= size;
    count -= size;
    if (code === end) return indices;
    if (code === clear) {
      table = Array.from({ length: clear + 2 }, (_, index) => [index]);
      size = minimum + 1;
      before = undefined;
      continue;
    }
    const next: number[] = table[code] ?? [...before!, before![0]!];
    if (before && table.length < 4096) table.push([...before, next[0]!]);
    if (table.length === 2 ** size && size < 12) size += 1;
    indices.push(...next);
    before = next;
  }
}

export function decodeGif(file: Uint8Array): DecodedGif {
  const bytes = new Bytes(file);
  if (bytes.text(6) !== 'GIF89a') throw new Error('no GIF89a');
  const [width, height, flags] = [bytes.word(), bytes.word(), bytes.byte()];
  bytes.list(2);
  const colors = Array.from({ length: 2 ** ((flags & 7) + 1) }, () => bytes.list(3));
  const canvas: number[] = new Array(width * height * 3).fill(0);
  const frames: DecodedFrame[] = [];
  let control = { hundredths: 0, transparent: -1 };
  let repeats: number | undefined;
  for (let kind = bytes.byte(); kind !== 0x3b; kind = bytes.byte()) {
    if (kind === 0x21) {
      const label = bytes.byte();
      const block = bytes.blocks();
      if (label === 0xf9) {
        const transparent = block[0]! & 1 ? block[3]! : -1;
        control = { hundredths: block[1]! + 256 * block[2]!, transparent };
      }
      if (label === 0xff) repeats = block[12]! + 256 * block[13]!;
      continue;
    }
    if (kind !== 0x2c) throw new Error(`an unknown block ${kind}`);
    const [left, top, across] = [bytes.word(), bytes.word(), bytes.word()];
    const down = bytes.word();
    const fits = left + across <= width && top + down <= height;
    if (!fits || bytes.byte() !== 0) throw new Error(`a frame at ${left}, ${top}`);
    const minimum = bytes.byte();
    const indices = unpack(bytes.blocks(), minimum);
    if (indices.length !== across * down) throw new Error(`a frame of ${indices.length} pixels`);
    for (const [index, color] of indices.entries()) {
      if (color === control.transparent) continue;
      const place = (top + Math.floor(index / across)) * width + left + (index % across);
      for (const [channel, value] of colors[color]!.entries()) canvas[place * 3 + channel] = value;
    }
    const box = { left, top, width: across, height: down };
    frames.push({ hundredths: control.hundredths, box, indices, shown: [...canvas] });
  }
  return { width, height, repeats, frames };
}
