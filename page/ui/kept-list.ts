/** The choice among the runs that this browser keeps. */
import { type KeptRun, keptRuns } from '../kept-runs';
import type { Request } from '../messages';
import { byId, element } from './elements';
import { whole } from './numbers';

export class KeptList {
  private readonly place = byId('kept-place', HTMLElement);
  private readonly choice = byId('kept', HTMLSelectElement);
  private runs: readonly KeptRun[] = [];

  constructor(ask: (request: Request) => void) {
    byId('continue', HTMLButtonElement).addEventListener('click', () => {
      const run = this.runs[this.choice.selectedIndex];
      if (run) ask({ type: 'load', bytes: run.checkpoint });
    });
  }

  /** Lists those that are there now; where the browser has no storage, there are none. */
  async update(): Promise<void> {
    this.runs = await keptRuns().catch(() => []);
    this.choice.replaceChildren(...this.runs.map((run) => element('option', {}, textOf(run))));
    this.place.hidden = this.runs.length === 0;
  }
}

function textOf({ environment, iteration, time }: KeptRun): string {
  const when = new Date(time).toLocaleString(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return `${environment}, iteration ${whole(iteration)}, ${when}`;
}
