/** Gathers the reports of fast iterations, so that the page gets a message now and then. */
import type { IterationReport } from '../../src/index';
import type { News, TimedReport } from '../messages';

/** Milliseconds between two messages, at least. */
const INTERVAL = 60;

export class Reports {
  private gathered: TimedReport[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sent = 0;

  constructor(private readonly tell: (news: News) => void) {}

  /** @param active seconds of training without pauses */
  add(report: IterationReport, active: number): void {
    this.gathered.push({ ...report, active });
    const rest = this.sent + INTERVAL - performance.now();
    if (rest <= 0) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), rest);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.gathered.length === 0) return;
    this.tell({ type: 'reports', reports: this.gathered });
    this.gathered = [];
    this.sent = performance.now();
  }
}
