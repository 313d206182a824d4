/** Controls of the config fields that may change while a run is under way, out of the one table. */
import {
  CONFIG_FIELDS,
  CONFIG_GROUPS,
  type ConfigField,
  type ConfigGroup,
  isHyperparameter,
  type PpoConfig,
} from '../../src/index';
import { element } from './elements';

type Key = keyof PpoConfig;
type Input = HTMLInputElement | HTMLSelectElement;

const KEYS = (Object.keys(CONFIG_FIELDS) as Key[]).filter(isHyperparameter);

/** "0 to 1", "above 0, at most 10", "at least 1", "above 0" */
export function rangeOf({ min, max, exclusiveMin, orZero }: ConfigField): string {
  const zero = orZero ? '0, or ' : '';
  if (min === undefined || max === undefined) {
    return min === undefined ? '' : `${zero}${exclusiveMin ? 'above' : 'at least'} ${min}`;
  }
  return zero + (exclusiveMin ? `above ${min}, at most ${max}` : `${min} to ${max}`);
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** One control. */
class Control {
  readonly row: HTMLElement;
  private readonly input: Input;
  private readonly usual = element('span', { class: 'usual' });

  constructor(
    private readonly key: Key,
    act: (key: Key, value: unknown) => void,
  ) {
    const field: ConfigField = CONFIG_FIELDS[key];
    const id = `field-${key}`;
    this.input = inputOf(field, id);
    this.input.addEventListener('change', () => act(key, this.value));
    const meaning = element('p', { id: `${id}-meaning`, class: 'meaning' }, field.description);
    const pitfall = element('p', { id: `${id}-pitfall`, class: 'pitfall' }, field.pitfall);
    this.input.setAttribute('aria-describedby', `${meaning.id} ${pitfall.id}`);
    const label = element('label', { for: id }, key);
    const line = element('div', { class: 'control-line' }, label, this.input);
    this.row = element('div', { class: 'control' }, line, meaning, this.usual, pitfall);
    this.row.dataset.key = key;
  }

  show(config: PpoConfig, first: PpoConfig): void {
    const { key, input, usual, row } = this;
    const [value, begin] = [config[key], first[key]];
    const isList = Array.isArray(value);
    input.disabled = isList;
    if (input instanceof HTMLInputElement && input.type === 'checkbox') input.checked = !!value;
    else input.value = isList ? '' : String(value);
    // Of a population, in which agents differ.
    if (input instanceof HTMLInputElement) input.placeholder = isList ? textOf(value) : '';
    const range = rangeOf(CONFIG_FIELDS[key]);
    usual.textContent = `Initially ${textOf(begin)}${range && `; allowed: ${range}`}`;
    row.dataset.changed = String(JSON.stringify(value) !== JSON.stringify(begin));
  }

  private get value(): unknown {
    const { input } = this;
    const { type, choices } = CONFIG_FIELDS[this.key] as ConfigField;
    if (type === 'boolean') return (input as HTMLInputElement).checked;
    if (type === 'choice') return choices!.find((choice) => String(choice) === input.value);
    return input.value.trim() === '' ? Number.NaN : Number(input.value);
  }
}

function inputOf({ type, choices, min, max }: ConfigField, id: string): Input {
  if (type === 'boolean') return element('input', { id, type: 'checkbox' });
  if (type === 'choice') {
    const options = choices!.map((choice) => element('option', {}, String(choice)));
    return element('select', { id }, ...options);
  }
  const step = type === 'integer' ? 1 : 'any';
  return element('input', { id, type: 'number', step, min, max, inputmode: 'decimal' });
}

/** All controls, under the headings of their groups. */
export class Controls {
  private readonly controls: readonly Control[];
  private first: PpoConfig | undefined;

  constructor(place: HTMLElement, change: (config: Partial<PpoConfig>) => void) {
    const act = (key: Key, value: unknown): void => change({ [key]: value });
    const byKey = new Map(KEYS.map((key) => [key, new Control(key, act)]));
    this.controls = [...byKey.values()];
    for (const group of Object.keys(CONFIG_GROUPS) as ConfigGroup[]) {
      const keys = KEYS.filter((key) => CONFIG_FIELDS[key].group === group);
      if (keys.length === 0) continue;
      const rows = keys.map((key) => byKey.get(key)!.row);
      const summary = element('summary', {}, CONFIG_GROUPS[group]);
      const body = element('div', { class: 'control-list' }, ...rows);
      place.append(element('details', { open: group === 'optimizer' }, summary, body));
    }
  }

  /** A run begins. */
  begin(config: PpoConfig): void {
    this.first = config;
    this.show(config);
  }

  show(config: PpoConfig): void {
    for (const control of this.controls) control.show(config, this.first ?? config);
  }
}
