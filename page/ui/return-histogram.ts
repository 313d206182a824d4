/** How often each return came, in the latest episodes of which the page has heard. */
import uPlot from 'uplot';
import { BINS, binned } from './binned';
import { byTheme } from './colors';
import { element } from './elements';
import { axesOf, sizeOf } from './plot';

/** Most returns that are counted. */
const MOST = 500;

const TITLE = 'Returns';
const SENTENCE = 'How often each return came, in the latest episodes that the page has seen.';

export class ReturnHistogram {
  readonly panel: HTMLElement;
  private readonly place = element('div', { class: 'plot', 'aria-hidden': 'true' });
  private readonly count = element('span', { class: 'value' }, '–');
  private chart: uPlot | undefined;
  private returns: number[] = [];

  constructor() {
    const id = 'plot-histogram';
    const heading = element('h3', { id }, TITLE);
    const head = element('div', { class: 'plot-head' }, heading, this.count);
    const sentence = element('p', { class: 'sentence' }, SENTENCE);
    this.panel = element('section', { class: 'panel', 'aria-labelledby': id });
    this.panel.append(head, sentence, this.place);
    new ResizeObserver(() => this.chart?.setSize(sizeOf(this.place))).observe(this.place);
  }

  /** A run begins. */
  begin(): void {
    this.returns = [];
    this.update();
  }

  add(returns: readonly number[]): void {
    this.returns = [...this.returns, ...returns].slice(-MOST);
    this.update();
  }

  /** Takes over the colors of another theme. */
  redraw(): void {
    this.chart?.redraw();
  }

  private update(): void {
    const { length } = this.returns;
    this.count.textContent = length === 0 ? '–' : `${length} episodes`;
    this.panel.dataset.episodes = String(length);
    this.chart ??= this.make();
    this.chart.setData(binned(this.returns));
  }

  private make(): uPlot {
    const bars = uPlot.paths.bars!({ size: [0.9, 40] });
    const options: uPlot.Options = {
      ...sizeOf(this.place),
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: (_, low, high) => aroundBars(low, high) },
        y: { range: (_, __, high) => [0, Math.max(1, high ?? 1)] },
      },
      series: [
        {},
        {
          stroke: () => byTheme('--curve'),
          fill: () => byTheme('--curve'),
          paths: bars,
          points: { show: false },
        },
      ],
      axes: axesOf(),
    };
    return new uPlot(options, [[], []], this.place);
  }
}

/** From the left end of the first bar to the right end of the last one, out of their middles. */
function aroundBars(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const half = low === high ? 1 : (high - low) / (2 * (BINS - 1));
  return [low - half, high + half];
}
