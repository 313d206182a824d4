/** Writes a world: a template to begin with, two texts, what is wrong with them. */
import { json } from '@codemirror/lang-json';
import type { Mistake, OwnWorld } from '../messages';
import { element } from '../ui/elements';
import { Pane } from './pane';
import { TEMPLATE_IDS, templateOf } from './templates';
import { wgslLanguage } from './wgsl-language';

const MEANING =
  'Change the rules of a world and train in it. The module is WGSL with imports and runs on the ' +
  'GPU; the description says what it observes, which actions it takes and when it ends ' +
  '(docs/environments.md). The drawing of the world that you begin with stays where it can draw ' +
  'the State; otherwise the observation is shown as bars.';
const KEYS =
  'Ctrl+S, on a Mac ⌘S, trains. Tab indents; to leave a text by keys, press Escape and then Tab.';

const WORDS = {
  module: 'Module',
  description: 'Description',
} as const;

export class WorldEditor {
  private readonly template = element('select');
  private readonly button = element('button', { type: 'button' }, 'Train in this world');
  private readonly status = element('p', { class: 'meaning', role: 'status' });
  private readonly list = element('ul', { class: 'mistakes' });
  private readonly panes = {
    module: new Pane('Module (WGSL)', wgslLanguage),
    description: new Pane('Description (JSON)', json()),
  };
  /** What was shown last, before somebody wrote anything. */
  private shown: OwnWorld | undefined;

  /** @param train begins a run, and returns whether it does */
  constructor(
    place: HTMLElement,
    private readonly train: (world: OwnWorld) => boolean,
  ) {
    const { module, description } = this.panes;
    this.template.append(...TEMPLATE_IDS.map((id) => element('option', {}, id)));
    const begin = element('label', {}, 'Begin with ', this.template);
    place.replaceChildren(
      element('p', { class: 'meaning' }, MEANING),
      element('div', { class: 'tools' }, begin, this.button, this.status),
      element('div', { role: 'alert' }, this.list),
      element('div', { class: 'panes' }, module.panel, description.panel),
      element('p', { class: 'meaning' }, KEYS),
    );
    this.template.addEventListener('change', () => this.show(this.template.value));
    this.button.addEventListener('click', () => this.ask());
    place.addEventListener('keydown', (event) => this.press(event));
  }

  /** A run has begun. What somebody has written stays. */
  begin(environment: OwnWorld | string): void {
    const { module, description } = this.panes;
    const { shown } = this;
    const isUntouched = module.text === shown?.shader && description.text === shown.description;
    if (isUntouched) this.show(environment);
    this.showMistakes([]);
  }

  /**
   * Shows a world in place of the texts at hand.
   * @param environment texts, or the id of a template; if it is none, the first template
   */
  show(environment: OwnWorld | string = TEMPLATE_IDS[0]!): void {
    const isText = typeof environment === 'string';
    const id = isText && TEMPLATE_IDS.includes(environment) ? environment : TEMPLATE_IDS[0]!;
    const world = isText ? templateOf(id) : environment;
    this.shown = world;
    this.template.value = isText ? id : (world.template ?? TEMPLATE_IDS[0]!);
    this.panes.module.text = world.shader;
    this.panes.description.text = world.description;
    this.list.replaceChildren();
  }

  /** Nothing is being prepared any more. */
  stop(): void {
    this.status.textContent = '';
  }

  showMistakes(mistakes: readonly Mistake[]): void {
    this.stop();
    for (const [part, pane] of Object.entries(this.panes)) {
      pane.showMistakes(mistakes.filter((mistake) => mistake.part === part));
    }
    this.list.replaceChildren(...mistakes.map((mistake) => this.itemOf(mistake)));
  }

  private itemOf(mistake: Mistake): HTMLElement {
    const { part, sentence } = mistake;
    const pane = this.panes[part];
    const line = pane.lineOf(mistake);
    if (line === undefined) return element('li', {}, `${WORDS[part]}: ${sentence}`);
    const button = element('button', { type: 'button' }, `${WORDS[part]}, line ${line}`);
    button.addEventListener('click', () => pane.goTo(mistake));
    return element('li', {}, button, ` ${sentence}`);
  }

  private press(event: KeyboardEvent): void {
    const isSave = event.key.toLowerCase() === 's' && (event.ctrlKey || event.metaKey);
    if (!isSave || event.altKey || event.shiftKey) return;
    event.preventDefault();
    this.ask();
  }

  private ask(): void {
    const { module, description } = this.panes;
    this.showMistakes([]);
    const template = this.shown?.template;
    const world = { template, shader: module.text, description: description.text };
    if (this.train(world))
      this.status.textContent = 'The kernels of this world are being prepared.';
  }
}
