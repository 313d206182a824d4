/**
 * The part of TensorBoard's protocol buffers (event.proto, summary.proto, tensor.proto) that a
 * training run needs. The numbers of the fields are those of these files.
 */
import { PbfWriter } from 'pbf';

/** A bar chart: bucket i holds `counts[i]` values up to `limits[i]`, and above the limit before. */
export interface HistogramSummary {
  readonly min: number;
  readonly max: number;
  /** Number of values. */
  readonly count: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Right edges, ascending. */
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

/** Something to show under a tag. */
export type SummaryValue =
  | { readonly tag: string; readonly scalar: number }
  | { readonly tag: string; readonly histogram: HistogramSummary }
  /** Markdown. */
  | { readonly tag: string; readonly text: string };

/** What an event holds besides its time. */
export type EventContent =
  /** The first event of every file. */
  | 'version'
  /** A restart: readers drop what earlier files have at the event's step and after it. */
  | 'start'
  | readonly SummaryValue[];

/** One event, a record of an event file. */
export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** The x axis, an integer from 0 to 2^53 - 1. */
  readonly step: number;
  readonly content: EventContent;
}

const FILE_VERSION = 'brain.Event:2';
const SESSION_START = 1;
const DT_STRING = 7;

/** The message `Event`. */
export function encodeEvent({ wallTime, step, content }: TensorBoardEvent): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, wallTime);
  // Fields of value 0 are left out in proto3.
  if (step > 0) writer.writeVarintField(2, step);
  if (content === 'version') writer.writeStringField(3, FILE_VERSION);
  else if (content === 'start') writer.writeMessage(7, writeSessionStart, undefined);
  else writer.writeMessage(5, writeSummary, content);
  return writer.finish();
}

function writeSessionStart(_: undefined, writer: PbfWriter): void {
  writer.writeVarintField(1, SESSION_START);
}

function writeSummary(values: readonly SummaryValue[], writer: PbfWriter): void {
  for (const value of values) writer.writeMessage(1, writeValue, value);
}

function writeValue(value: SummaryValue, writer: PbfWriter): void {
  writer.writeStringField(1, value.tag);
  if ('scalar' in value) {
    writer.writeFloatField(2, value.scalar);
  } else if ('histogram' in value) {
    writer.writeMessage(5, writeHistogram, value.histogram);
  } else {
    writer.writeMessage(8, writeText, value.text);
    writer.writeMessage(9, writeTextMetadata, undefined);
  }
}

function writeHistogram(histogram: HistogramSummary, writer: PbfWriter): void {
  const { min, max, count, sum, sumOfSquares, limits, counts } = histogram;
  for (const [index, value] of [min, max, count, sum, sumOfSquares].entries()) {
    writer.writeDoubleField(index + 1, value);
  }
  writer.writePackedDouble(6, [...limits]);
  writer.writePackedDouble(7, [...counts]);
}

/** The message `TensorProto`: one string. */
function writeText(text: string, writer: PbfWriter): void {
  writer.writeVarintField(1, DT_STRING);
  writer.writeMessage(2, writeShapeOfOne, undefined);
  writer.writeBytesField(8, new TextEncoder().encode(text));
}

function writeShapeOfOne(_: undefined, writer: PbfWriter): void {
  writer.writeMessage(2, (_dimension, inner) => inner.writeVarintField(1, 1), undefined);
}

/** The message `SummaryMetadata`: shown by the text plug-in. */
function writeTextMetadata(_: undefined, writer: PbfWriter): void {
  writer.writeMessage(1, (_data, inner) => inner.writeStringField(1, 'text'), undefined);
}
