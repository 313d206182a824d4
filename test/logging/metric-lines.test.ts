import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatMetricLine,
  metricsLogger,
  metricsUpTo,
  readMetrics,
} from '../../src/logging/metric-lines';
import { AGENT_SCALARS } from '../../src/logging/metric-names';
import { MemorySink } from '../../src/logging/sink';
import { type AgentMetrics, agentMetrics, RecentEpisodes } from '../../src/trainer/metrics';
import { unpackReports } from '../../src/trainer/report';
import { makeReport } from '../cli/reports';
import { textOf } from './entries';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const reports = [1, 2, 3].map((iteration) => makeReport(iteration, [iteration / 7, Number.NaN]));
const file = encode(reports.map(formatMetricLine).join(''));
const contents = reports.map(({ iterations, ...line }) => line);

test('the names are all those that a report has', () => {
  const [report] = unpackReports(new ArrayBuffer(4096), 1);
  const metrics: AgentMetrics = agentMetrics(report!, new RecentEpisodes());
  const { fault, episodes, ...scalars } = metrics;
  expect([...AGENT_SCALARS].sort()).toEqual(Object.keys(scalars).sort());
});

describe('a line', () => {
  test('has the same keys in the same order, whatever the order of the report', () => {
    const [report] = reports as [(typeof reports)[0]];
    const reverse = <T extends object>(record: T): T =>
      Object.fromEntries(Object.entries(record).reverse()) as T;
    const agents = report.agents.map(reverse);
    expect(formatMetricLine(reverse({ ...report, agents }))).toBe(formatMetricLine(report));
    const keys = Object.keys(JSON.parse(formatMetricLine(report)));
    const first = ['iteration', 'timesteps', 'seconds', 'charts/SPS', 'charts/host_milliseconds'];
    expect(keys).toEqual([...first, 'agents']);
  });

  test('has null for numbers that are not finite', () => {
    const line = formatMetricLine(makeReport(1, [Number.NaN, Number.NEGATIVE_INFINITY]));
    expect(line.match(/"charts\/episodic_return":null/g)).toHaveLength(2);
    expect(line.endsWith('\n')).toBe(true);
  });
});

describe('reading', () => {
  test('gives back every number that was written', () => {
    expect(readMetrics(file)).toEqual({ lines: contents, problems: [] });
  });

  test('leaves out a last line that was cut, wherever it was cut', () => {
    const [first, second] = [1, 2].map((count) =>
      encode(reports.slice(0, count).map(formatMetricLine).join('')),
    );
    for (let cut = first!.length; cut < second!.length - 1; cut += 13) {
      expect(readMetrics(file.slice(0, cut))).toEqual({
        lines: contents.slice(0, 1),
        problems: [],
      });
    }
    // Only the end of the line is missing.
    expect(readMetrics(file.slice(0, second!.length - 1)).lines).toHaveLength(2);
  });

  test('reports damaged lines by their numbers and keeps the others', () => {
    const lines = reports.map(formatMetricLine);
    const damaged = [lines[0], 'x\n', lines[1], '{"iteration":0}\n', lines[2]].join('');
    expect(readMetrics(encode(damaged))).toEqual({
      lines: contents,
      problems: [expect.stringMatching(/^metrics\.jsonl: line 2, and 1 more: .*JSON/)],
    });
  });

  test.each([
    ['[]', 'it is not a record of an iteration'],
    ['{"iteration":1.5}', 'iteration is 1.5; it must be an integer from 1'],
    ['{"iteration":1,"agents":[]}', 'agents must be a list of records'],
    ['{"iteration":1,"timesteps":"1","agents":[{}]}', 'timesteps is "1"; it must be a number'],
  ])('says what is wrong with %s', (line, reason) => {
    const { lines, problems } = readMetrics(encode(`${line}\n`));
    expect(lines).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(`line 1: ${reason}`)]);
  });

  test('takes the later lines where iterations were trained again', () => {
    const again = [makeReport(2, [9, 9]), makeReport(3, [8, 8])];
    const text = [...reports, ...again].map(formatMetricLine).join('');
    const { lines } = readMetrics(encode(text));
    expect(lines.map(({ iteration }) => iteration)).toEqual([1, 2, 3]);
    expect(lines[1]!.agents[0]!['charts/episodic_return']).toBe(9);
  });

  test('a number that an older version did not write is NaN', () => {
    const { lines } = readMetrics(encode('{"iteration":4,"timesteps":8,"agents":[{}]}\n'));
    expect(lines[0]).toMatchObject({ iteration: 4, timesteps: 8, seconds: Number.NaN });
    expect(lines[0]!.agents[0]!['losses/loss']).toBeNaN();
  });

  test('never throws, and keeps the order, for 100 damaged files', () => {
    const damages = fc.array(
      fc.record({ place: fc.nat(file.length - 1), byte: fc.nat(255), cut: fc.boolean() }),
      { minLength: 1, maxLength: 6 },
    );
    const property = fc.property(damages, (all) => {
      let bytes = file.slice();
      for (const { place, byte, cut } of all) {
        bytes[place] = byte;
        if (cut) bytes = bytes.slice(0, place);
      }
      const { lines, problems } = readMetrics(bytes);
      const order = lines.map(({ iteration }) => iteration);
      expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
      expect(problems.length).toBeLessThan(2);
      for (const { agents } of lines) expect(agents.length).toBeGreaterThan(0);
    });
    fc.assert(property, { numRuns: 100, seed: 16 });
  });
});

describe('the part that a run continues', () => {
  const upTo = (bytes: Uint8Array, iteration: number) =>
    readMetrics(metricsUpTo(bytes, iteration)).lines.map((line) => line.iteration);

  test('ends with the iteration of the checkpoint', () => {
    expect(upTo(file, 2)).toEqual([1, 2]);
    expect(upTo(file, 9)).toEqual([1, 2, 3]);
    expect(metricsUpTo(file, 3)).toEqual(file);
    expect(metricsUpTo(file, 0)).toHaveLength(0);
  });

  test('has no line that cannot be read, and can be continued', () => {
    const damaged = encode(`x\n${new TextDecoder().decode(file.slice(0, -5))}`);
    const kept = metricsUpTo(damaged, 3);
    expect(kept).toEqual(metricsUpTo(file, 2));
    expect(kept.at(-1)).toBe(0x0a);
  });

  test('ends a last line that lacks its end alone', () => {
    expect(metricsUpTo(file.slice(0, -1), 3)).toEqual(file);
  });
});

test('the logger writes the iterations and nothing else', async () => {
  const sink = new MemorySink();
  const logger = metricsLogger(sink);
  logger.log({ type: 'note', text: 'x', iteration: 0, timesteps: 0 });
  for (const report of reports) logger.log({ type: 'iteration', report });
  expect(textOf(sink)).toBe('');
  await logger.flush();
  expect(sink.bytes()).toEqual(file);
  await logger.close();
});
