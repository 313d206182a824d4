/** The choice of environment and seed, with which a run begins again. */

import { ENVIRONMENT_IDS } from '../goals';
import type { OwnWorld, RunFacts, RunSetup } from '../messages';
import { byId, element } from './elements';

/** The choice that stands for a world of somebody's own; no environment has such an id. */
const OWN = 'own';

export class RunForm {
  private readonly environment = byId('environment', HTMLSelectElement);
  private readonly seed = byId('seed', HTMLInputElement);
  private readonly form = byId('run-form', HTMLFormElement);
  /** The choice of the world at hand, where that is none of the built-in ones. */
  private readonly own = element('option');
  private run: RunFacts | undefined;

  constructor(private readonly begin: (setup: RunSetup) => void) {
    const options = ENVIRONMENT_IDS.map((id) => element('option', {}, id));
    this.environment.append(...options);
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.beginWith(this.chosen);
    });
    this.environment.addEventListener('change', () => {
      if (this.form.reportValidity()) this.beginWith(this.chosen);
    });
  }

  show(run: RunFacts): void {
    const { environment, config, world } = run;
    this.run = run;
    const isBuiltIn = !world && ENVIRONMENT_IDS.includes(environment);
    this.own.textContent = `${environment} (your own)`;
    // A file may hold a world that cannot begin anew; such a choice is none for a form.
    this.own.value = world ? OWN : '';
    if (isBuiltIn) this.own.remove();
    else this.environment.prepend(this.own);
    this.environment.value = isBuiltIn ? environment : this.own.value;
    this.seed.value = String(config.seed);
  }

  /**
   * Begins a run with the seed of the form. Fields that were chosen for this environment, by a
   * link, stay.
   * @returns whether it does, which it does not with a seed that is none
   */
  beginWith(environment: string | OwnWorld): boolean {
    if (!this.form.reportValidity()) return false;
    const seed = Number(this.seed.value);
    const before = this.isAtHand(environment) ? this.run?.setup?.config : {};
    this.begin({ environment, config: { ...before, seed }, changes: [] });
    return true;
  }

  private get chosen(): string | OwnWorld {
    const { value } = this.environment;
    return value === OWN ? this.run!.world! : value;
  }

  /** Whether an environment is that of the run, or one that began with it. */
  private isAtHand(environment: string | OwnWorld): boolean {
    const now = this.run?.setup?.environment;
    if (now === undefined || environment === now) return true;
    if (typeof environment === 'string') return false;
    return typeof now === 'string' ? environment.template === now : true;
  }
}
