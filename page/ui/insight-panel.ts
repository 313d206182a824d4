/** How the policy decides in the large world: probabilities of choices, or ranges of numbers. */
import type { ActionSpace } from '../../src/index';
import type { Insight } from '../view/insight';
import { byId, element } from './elements';
import { short } from './numbers';

/** Most values of a choice that are listed; of more, the most likely ones. */
const MOST = 9;

/** One line: a name, a bar, and a number. */
interface Line {
  readonly name: string;
  /** Where the bar begins and ends, as parts of its place. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Whether it is what the policy does. */
  readonly taken: boolean;
}

const CHOICES = 'The probability of each action, as the policy sees this state.';
const NUMBERS =
  'The mean of each number that it draws, ± one standard deviation, within its bounds.';

export class InsightPanel {
  private readonly list = byId('insight', HTMLElement);
  private readonly value = byId('insight-value', HTMLElement);
  private readonly sentence = byId('insight-sentence', HTMLElement);
  private rows: Row[] = [];
  private action: ActionSpace | undefined;

  /** A run begins. @param action what its environment accepts */
  begin(action: ActionSpace): void {
    this.action = action;
    this.sentence.textContent = action.type === 'box' ? NUMBERS : CHOICES;
    this.value.textContent = '–';
    this.rows = [];
    this.list.replaceChildren();
  }

  show(insight: Insight): void {
    if (!this.action) return;
    const { value } = insight;
    this.value.textContent = value === null ? '' : `expected return ${short(value)}`;
    const lines = linesOf(this.action, insight);
    while (this.rows.length < lines.length) this.addRow();
    for (const row of this.rows.splice(lines.length)) row.place.remove();
    for (const [index, line] of lines.entries()) this.rows[index]!.show(line);
  }

  private addRow(): void {
    const row = new Row();
    this.rows.push(row);
    this.list.append(row.place);
  }
}

class Row {
  private readonly name = element('span', { class: 'insight-name' });
  private readonly bar = element('span', { class: 'insight-bar' });
  private readonly text = element('span', { class: 'value' });
  readonly place = element(
    'li',
    {},
    this.name,
    element('span', { class: 'insight-track', 'aria-hidden': 'true' }, this.bar),
    this.text,
  );

  show({ name, from, to, text, taken }: Line): void {
    this.name.textContent = name;
    this.text.textContent = text;
    this.bar.style.left = percent(from);
    this.bar.style.width = percent(to - from);
    this.place.dataset.taken = String(taken);
  }
}

/** What is to be listed, in the order of the actions. */
export function linesOf(space: ActionSpace, { distribution, action }: Insight): Line[] {
  if (distribution.kind === 'choices') {
    return distribution.probabilities.flatMap((own, choice) => {
      const names = namesOf(space, choice, own.length);
      return likeliest(own).map((at) => ({
        name: names[at]!,
        from: 0,
        to: own[at]!,
        text: percent(own[at]!),
        taken: action[choice] === at,
      }));
    });
  }
  const { below, middle, above } = distribution;
  return middle.map((mean, a) => {
    const [low, high] = boundsOf(space, a, below[a]!, above[a]!);
    const place = (number: number): number => (high > low ? (number - low) / (high - low) : 0.5);
    const deviation = (above[a]! - below[a]!) / 2;
    return {
      name: middle.length === 1 ? 'action' : `number ${a + 1}`,
      from: place(below[a]!),
      to: place(above[a]!),
      text: `${mean.toFixed(2)} ± ${deviation.toFixed(2)}`,
      taken: false,
    };
  });
}

/** The places of the most likely values, in ascending order. */
function likeliest(probabilities: readonly number[]): number[] {
  const places = [...probabilities.keys()];
  if (places.length <= MOST) return places;
  places.sort((a, b) => probabilities[b]! - probabilities[a]!);
  return places.slice(0, MOST).sort((a, b) => a - b);
}

function namesOf(space: ActionSpace, choice: number, count: number): readonly string[] {
  if (space.type === 'discrete' && space.names) return space.names;
  const of = space.type === 'multi-discrete' ? `choice ${choice + 1}: ` : 'action ';
  return Array.from({ length: count }, (_, at) => `${of}${at}`);
}

/** The bounds of a number; where it has none, twice the range that is shown. */
function boundsOf(
  space: ActionSpace,
  a: number,
  below: number,
  above: number,
): readonly [number, number] {
  const [low, high] = space.type === 'box' ? [space.low[a]!, space.high[a]!] : [0, 1];
  const room = (above - below) / 2;
  return [Number.isFinite(low) ? low : below - room, Number.isFinite(high) ? high : above + room];
}

function percent(part: number): string {
  return `${(100 * part).toFixed(part > 0 && part < 0.0995 ? 1 : 0)}%`;
}
