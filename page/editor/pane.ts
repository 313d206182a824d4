/** One text of a world in an editor. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import type { Mistake } from '../messages';
import { element } from '../ui/elements';
import { rangeOf, sentences, showingOf } from './mistakes';
import { theme } from './theme';

/**
 * Takes over what is typed in place of a selection. Browsers would give it the style of the text
 * before, with attributes that the page's policy refuses, and complain of that.
 */
const typing = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data }, view) => {
    const { state } = view;
    const isPlain = inputType === 'insertText' && data !== null && !view.composing;
    if (!isPlain || state.selection.ranges.every(({ empty }) => empty)) return false;
    view.dispatch({ ...state.replaceSelection(data), userEvent: 'input.type' });
    // CodeMirror then prevents what the browser would do.
    return true;
  },
});

export class Pane {
  readonly panel: HTMLElement;
  private readonly view: EditorView;

  /** @param label what the text is */
  constructor(label: string, language: Extension) {
    const host = element('div', { class: 'code' });
    this.panel = element('section', { 'aria-label': label }, element('h3', {}, label), host);
    // Only there, styles come as objects of the browser; the page's policy refuses elements.
    const root = host.attachShadow({ mode: 'open' });
    const extensions = [
      ...[lineNumbers(), history(), indentOnInput(), bracketMatching()],
      ...[language, theme, typing, sentences],
      keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
      // Axe would not know by itself that one can get there by keys.
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    ];
    this.view = new EditorView({ parent: root, root, extensions });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  /** Takes the place of the text; undoing brings that back. */
  set text(insert: string) {
    const { state } = this.view;
    if (insert === this.text) return;
    const changes = { from: 0, to: state.doc.length, insert };
    this.view.dispatch({ changes, selection: { anchor: 0 } });
    this.showMistakes([]);
  }

  showMistakes(mistakes: readonly Mistake[]): void {
    this.view.dispatch(showingOf(this.view.state, mistakes));
  }

  /** The number of the line that a mistake is in; undefined where it has no place. */
  lineOf(mistake: Mistake): number | undefined {
    const { state } = this.view;
    const range = rangeOf(state, mistake);
    return range && state.doc.lineAt(range.from).number;
  }

  /** Puts the cursor where a mistake is. */
  goTo(mistake: Mistake): void {
    const anchor = rangeOf(this.view.state, mistake)?.from ?? 0;
    this.view.dispatch({ selection: { anchor }, scrollIntoView: true });
    this.view.focus();
  }
}
