/** The agents of a population: their settings and returns, the best first. */
import { isHyperparameter, type PpoConfig } from '../../src/index';
import { curveColor, MOST_CURVES } from './colors';
import { byId, element } from './elements';
import type { History } from './history';
import { short } from './numbers';

export interface Ranked {
  readonly agent: number;
  /** The fields in which agents differ. */
  readonly settings: string;
  readonly meanReturn: number | null;
}

/** The agents, the best first; those without a return last. */
export function ranked(config: PpoConfig, returns: readonly (number | null)[]): Ranked[] {
  const keys = (Object.keys(config) as (keyof PpoConfig)[]).filter(
    (key) => isHyperparameter(key) && Array.isArray(config[key]),
  );
  const agents = returns.map((meanReturn, agent): Ranked => {
    const fields = keys.map((key) => `${key} ${(config[key] as readonly unknown[])[agent]}`);
    return { agent, settings: fields.join(', '), meanReturn };
  });
  const placeOf = ({ meanReturn }: Ranked): number => meanReturn ?? Number.NEGATIVE_INFINITY;
  return agents.sort((a, b) => placeOf(b) - placeOf(a) || a.agent - b.agent);
}

export class Ranking {
  private readonly panel = byId('ranking', HTMLElement);
  private readonly list = byId('agents', HTMLElement);
  private config: PpoConfig | undefined;

  constructor(private readonly history: History) {}

  show(config: PpoConfig): void {
    this.config = config;
  }

  update(): void {
    const { config, history } = this;
    this.panel.hidden = history.agents < 2;
    if (!config || history.agents < 2) return;
    const returns = history.ofAgents('return').map((column) => column.at(-1) ?? null);
    this.list.replaceChildren(...ranked(config, returns).map(itemOf));
  }
}

function itemOf({ agent, settings, meanReturn }: Ranked): HTMLElement {
  const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  if (agent < MOST_CURVES) swatch.style.background = `var(${curveColor(agent)})`;
  const name = `Agent ${agent + 1}${settings && `: ${settings}`}`;
  const value = element('span', { class: 'value' }, short(meanReturn));
  return element('li', {}, swatch, element('span', {}, name), value);
}
