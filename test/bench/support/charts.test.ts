import { describe, expect, test } from 'vitest';
import { chartsOf } from '../../../bench/support/charts';
import { type Measurement, measurement, type Section } from '../../../bench/support/results';
import { formatSpread } from '../../../bench/support/table';
import { sectionFor } from './sections';

function section(title: string, measurements: readonly Measurement[]): Section {
  // What a file gives back: nothing but data.
  const text = JSON.stringify({ ...sectionFor(title, 'NVIDIA H200 (driver 1)'), measurements });
  return JSON.parse(text) as Section;
}

/** Numbers of all attributes of one name, in the order of the file. */
function attribute(svg: string, tag: string, name: string): number[] {
  return [...svg.matchAll(new RegExp(`<${tag} [^>]*?\\b${name}="([\\d.]+)"`, 'g'))].map((match) =>
    Number(match[1]),
  );
}

describe('bars', () => {
  const rates = [
    measurement({ workload: 'w', subject: 'lockstep' }, 'training', 'steps/s', [400]),
    measurement({ workload: 'w', subject: 'a & <b>' }, 'training', 'steps/s', [90, 100, 200]),
  ];
  const [chart, ...others] = chartsOf([section('Compare: CartPole-v1', rates)]);

  test('there is one file, named by the bench and the adapter', () => {
    expect(chart!.name).toBe('compare-nvidia-h200.svg');
    expect(others).toEqual([]);
  });

  test('are as long as their medians', () => {
    const [, ours, theirs] = attribute(chart!.svg, 'rect', 'width');
    expect(ours! / theirs!).toBeCloseTo(4, 1);
  });

  test('carry the figures of the table, and where they come from', () => {
    for (const rate of rates) expect(chart!.svg).toContain(`>${formatSpread(rate)}</text>`);
    expect(chart!.svg).toContain('2026-11-21 · commit abc1234 · NVIDIA H200 (driver 1)');
  });

  test('name the commits of all that they show, older ones first', () => {
    const mixed = [{ ...rates[0]!, commit: 'older12' }, ...rates.slice(1)];
    const [drawn] = chartsOf([section('Compare: CartPole-v1', mixed)]);
    expect(drawn!.svg).toContain('2026-11-21 · commits older12, abc1234 · NVIDIA H200 (driver 1)');
  });

  test('may have any name', () => {
    expect(chart!.svg).toContain('>a &amp; &lt;b&gt;</text>');
  });
});

describe('a line of growing environments', () => {
  const point = (
    envs: number,
    agents: number,
    quantity: string,
    rate: number,
    storageBits = 32,
  ): Measurement =>
    measurement(
      { workload: `${envs}`, subject: 'lockstep', at: { envs, agents, width: 64, storageBits } },
      quantity,
      'steps/s',
      [rate],
    );
  const charts = chartsOf([
    section('Training: CartPole-v1', [
      point(1024, 1, 'training', 50_000),
      point(64, 1, 'training', 20_000),
      point(64, 16, 'training', 33_333),
      point(1024, 1, 'training', 44_444, 16),
      point(64, 1, 'rollout only', 300_000),
    ]),
  ]);
  const growth = charts.find(({ name }) => name.startsWith('training'))!.svg;

  test('has a point for each number, from few to many, higher for more', () => {
    const [x, y] = [attribute(growth, 'circle', 'cx'), attribute(growth, 'circle', 'cy')];
    expect(x).toHaveLength(3);
    expect(x[0]).toBeLessThan(x[1]!);
    expect(y[0]).toBeGreaterThan(y[1]!);
    expect(y[1]).toBeGreaterThan(y[2]!);
  });

  test('carries the figures of one agent in f32 only; populations and f16 are bars', () => {
    expect(growth).toContain('>20,000</text>');
    expect(growth).toContain('>50,000</text>');
    expect(growth).not.toContain('33,333');
    const bars = charts.find(({ name }) => name.startsWith('populations'))!.svg;
    expect(growth).not.toContain('44,444');
    expect(bars).toContain('>33,333</text>');
    expect(bars).toContain('>44,444</text>');
    expect(bars).not.toContain('50,000');
  });
});

test('a section without figures has no chart', () => {
  expect(chartsOf([section('Compare: CartPole-v1', []), section('Else', [])])).toEqual([]);
});
