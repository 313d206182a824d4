/** The choice of environment and seed, with which a run begins again. */

import { ENVIRONMENT_IDS } from '../goals';
import type { RunFacts, RunSetup } from '../messages';
import { byId, element } from './elements';

export class RunForm {
  private readonly environment = byId('environment', HTMLSelectElement);
  private readonly seed = byId('seed', HTMLInputElement);
  private setup: RunSetup | undefined;

  constructor(begin: (setup: RunSetup) => void) {
    const options = ENVIRONMENT_IDS.map((id) => element('option', {}, id));
    this.environment.append(...options);
    const form = byId('run-form', HTMLFormElement);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      begin(this.wanted);
    });
    this.environment.addEventListener('change', () => {
      if (form.reportValidity()) begin(this.wanted);
    });
  }

  show({ environment, config, setup }: RunFacts): void {
    this.environment.value = environment;
    this.seed.value = String(config.seed);
    this.setup = setup;
  }

  /** Fields that were chosen for this environment, by a link, stay. */
  private get wanted(): RunSetup {
    const environment = this.environment.value;
    const seed = Number(this.seed.value);
    const before = this.setup?.environment === environment ? this.setup.config : {};
    return { environment, config: { ...before, seed }, changes: [] };
  }
}
