/** One plot: a metric of the run against its steps or its seconds. */
import uPlot from 'uplot';
import { byTheme, curveColor, MOST_CURVES } from './colors';
import { element } from './elements';
import type { History } from './history';
import { atAxis, short } from './numbers';
import type { PlotRow } from './plot-list';

export type Axis = 'steps' | 'seconds';

/** CSS pixels. */
const SMALLEST = { width: 120, height: 80 };
/** The width is the least, and that of a character. */
const AXIS = { height: 26, width: 46, character: 6.5, gap: 12 };
const FONT = '11px system-ui, sans-serif';

export class Plot {
  /** The plot with its heading and its latest value. */
  readonly panel: HTMLElement;
  private readonly place = element('div', { class: 'plot', 'aria-hidden': 'true' });
  private readonly value = element('span', { class: 'value' }, '–');
  private chart: uPlot | undefined;
  private goal: number | undefined;

  constructor(
    private readonly row: PlotRow,
    private readonly history: History,
  ) {
    const id = `plot-${row.metric}`;
    const heading = element('h3', { id }, row.title);
    const sentence = element('p', { class: 'sentence' }, row.sentence);
    const head = element('div', { class: 'plot-head' }, heading, this.value);
    this.panel = element('section', { class: 'panel', 'aria-labelledby': id });
    this.panel.dataset.metric = row.metric;
    this.panel.append(head, sentence, this.place);
    new ResizeObserver(() => this.chart?.setSize(sizeOf(this.place))).observe(this.place);
  }

  /** @param goal the value that counts as solved, which the plot marks */
  begin(goal: number | undefined): void {
    this.goal = goal;
    this.forget();
  }

  private forget(): void {
    this.chart?.destroy();
    this.chart = undefined;
  }

  update(axis: Axis): void {
    const { history, row } = this;
    const columns = history.ofAgents(row.metric).slice(0, row.metric === 'speed' ? 1 : MOST_CURVES);
    this.value.textContent = short(columns[0]!.at(-1));
    if (this.chart && this.chart.series.length !== columns.length + 2) this.forget();
    this.chart ??= this.make(columns.length);
    const x = axis === 'steps' ? history.steps : history.seconds;
    const goal = x.map(() => this.goal ?? null);
    this.chart.setData([x, goal, ...columns]);
    this.panel.dataset.points = String(x.length);
  }

  /** Takes over the colors of another theme. */
  redraw(): void {
    this.chart?.redraw();
  }

  /** @param curves one for each agent */
  private make(curves: number): uPlot {
    const options: uPlot.Options = {
      ...sizeOf(this.place),
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false }, y: { range: (_, low, high) => rangeOf(low, high) } },
      series: [
        {},
        { stroke: () => byTheme('--goal'), width: 1, dash: [4, 4], points: { show: false } },
        ...Array.from({ length: curves }, (_, agent) => ({
          stroke: () => byTheme(curveColor(agent)),
          width: 1.5,
          spanGaps: true,
          points: { show: false },
        })),
      ],
      axes: axesOf(),
    };
    return new uPlot(options, [[], ...options.series.slice(1).map(() => [])], this.place);
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a plot can take of its place, in CSS pixels. */
export function sizeOf({ clientWidth, clientHeight }: HTMLElement): Size {
  return {
    width: Math.max(SMALLEST.width, clientWidth),
    height: Math.max(SMALLEST.height, clientHeight),
  };
}

/** The horizontal and the vertical axis, in the colors of the theme. */
export function axesOf(): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: () => byTheme('--muted'),
    grid: { stroke: () => byTheme('--grid'), width: 1 },
    ticks: { show: false },
    font: FONT,
    values: (_, splits) => {
      const step = splits.length > 1 ? splits[1]! - splits[0]! : 1;
      return splits.map((value) => atAxis(value, step));
    },
  };
  return [
    { ...axis, size: AXIS.height, space: 70 },
    { ...axis, size: (_, values) => widthOf(values ?? []), space: 30 },
  ];
}

/** That of the vertical axis with its numbers. */
function widthOf(values: readonly string[]): number {
  const longest = Math.max(0, ...values.map(({ length }) => length));
  return Math.max(AXIS.width, AXIS.gap + AXIS.character * longest);
}

/** The numbers that the vertical axis shows; a constant value gets some room above and below. */
function rangeOf(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (low < high) return uPlot.rangeNum(low, high, 0.1, true) as [number, number];
  return low === 0 ? [0, 1] : [low - Math.abs(low) / 10, low + Math.abs(low) / 10];
}
