/** Reads event files back, with the messages written out a second time. */
import { PbfReader } from 'pbf';
import { maskedCrc32c } from '../../src/formats/crc32c';

export interface ReadValue {
  tag: string;
  scalar?: number;
  text?: string;
  plugin?: string;
  histogram?: Record<string, number | number[]>;
}

export interface ReadEvent {
  wallTime: number;
  step: number;
  version?: string;
  status?: number;
  values: ReadValue[];
}

/** The data of all whole records; throws at a wrong checksum. */
export function readRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    if (view.getUint32(at + 8, true) !== maskedCrc32c(bytes.subarray(at, at + 8))) {
      throw new Error(`wrong checksum of a length at ${at}`);
    }
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (at + 16 + length > bytes.length) break;
    if (view.getUint32(at + 12 + length, true) !== maskedCrc32c(data)) {
      throw new Error(`wrong checksum of data at ${at}`);
    }
    records.push(data);
    at += 16 + length;
  }
  return records;
}

export function readEvents(bytes: Uint8Array): ReadEvent[] {
  return readRecords(bytes).map(readEvent);
}

export function readEvent(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: 0, step: 0, values: [] };
  return new PbfReader(bytes).readFields((tag, into, pbf) => {
    if (tag === 1) into.wallTime = pbf.readDouble();
    else if (tag === 2) into.step = pbf.readVarint();
    else if (tag === 3) into.version = pbf.readString();
    else if (tag === 5) pbf.readMessage(readSummary, into.values);
    else if (tag === 7) into.status = pbf.readMessage(readFirst, [0])[0]!;
  }, event);
}

function readSummary(tag: number, values: ReadValue[], pbf: PbfReader): void {
  if (tag === 1) values.push(pbf.readMessage(readValue, { tag: '' }));
}

function readValue(tag: number, value: ReadValue, pbf: PbfReader): void {
  if (tag === 1) value.tag = pbf.readString();
  else if (tag === 2) value.scalar = pbf.readFloat();
  else if (tag === 5) value.histogram = pbf.readMessage(readHistogram, {});
  else if (tag === 8) value.text = pbf.readMessage(readTensor, { text: '' }).text;
  else if (tag === 9) value.plugin = pbf.readMessage(readMetadata, { name: '' }).name;
}

const HISTOGRAM = ['', 'min', 'max', 'num', 'sum', 'sumSquares', 'limits', 'counts'];

function readHistogram(tag: number, into: Record<string, number | number[]>, pbf: PbfReader): void {
  into[HISTOGRAM[tag]!] = tag < 6 ? pbf.readDouble() : pbf.readPackedDouble();
}

/** A string of a tensor whose type is DT_STRING (7). */
function readTensor(tag: number, into: { text: string }, pbf: PbfReader): void {
  if (tag === 1 && pbf.readVarint() !== 7) throw new Error('not a tensor of strings');
  if (tag === 8) into.text = pbf.readString();
}

function readMetadata(tag: number, into: { name: string }, pbf: PbfReader): void {
  if (tag === 1) into.name = pbf.readMessage(readName, { name: '' }).name;
}

function readName(tag: number, into: { name: string }, pbf: PbfReader): void {
  if (tag === 1) into.name = pbf.readString();
}

function readFirst(tag: number, into: number[], pbf: PbfReader): void {
  if (tag === 1) into[0] = pbf.readVarint();
}
