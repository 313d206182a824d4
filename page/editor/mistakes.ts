/** Mistakes in the text of an editor: underlined, and told below their lines. */
import { syntaxTree } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import {
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
  type TransactionSpec,
} from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';
import type { Mistake } from '../messages';

/** A part of the text. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A line without the white space around it. */
function lineRange(doc: Text, number: number): Range {
  const { from, text } = doc.line(Math.min(Math.max(number, 1), doc.lines));
  const begin = text.length - text.trimStart().length;
  return { from: from + begin, to: from + Math.max(begin, text.trimEnd().length) };
}

/** A word, or one other character. */
const TOKEN = /^(?:[\p{XID_Continue}]+|.)/u;

function tokenRange(doc: Text, number: number, column: number): Range {
  const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
  const begin = Math.min(column - 1, line.length);
  const found = TOKEN.exec(line.text.slice(begin))?.[0];
  if (found === undefined || found.trim() === '') return lineRange(doc, line.number);
  return { from: line.from + begin, to: line.from + begin + found.length };
}

/** The name of a field of the outermost object in JSON. */
function keyRange(state: EditorState, key: string): Range | undefined {
  const object = syntaxTree(state).topNode.getChild('Object');
  for (const property of object?.getChildren('Property') ?? []) {
    const name = property.getChild('PropertyName');
    if (name && state.sliceDoc(name.from, name.to) === JSON.stringify(key)) {
      return { from: name.from, to: name.to };
    }
  }
  return undefined;
}

/** Where a mistake is in a text; undefined where it has no place there. */
export function rangeOf(state: EditorState, { line, column, key }: Mistake): Range | undefined {
  const { doc } = state;
  if (line !== undefined && column !== undefined) return tokenRange(doc, line, column);
  if (line !== undefined) return lineRange(doc, line);
  return key === undefined ? undefined : keyRange(state, key);
}

/** A sentence below a line. */
class Sentence extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }

  override eq({ text }: Sentence): boolean {
    return text === this.text;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('div');
    element.className = 'cm-mistake';
    element.textContent = this.text;
    return element;
  }
}

interface Placed {
  readonly range: Range;
  readonly sentence: string;
}

const setPlaced = StateEffect.define<readonly Placed[]>();

const LINE = Decoration.line({ class: 'cm-mistake-line' });

function decorationsOf(doc: Text, placed: readonly Placed[]): DecorationSet {
  const ranges = placed.flatMap(({ range, sentence }) => {
    const line = doc.lineAt(range.from);
    const widget = Decoration.widget({ widget: new Sentence(sentence), block: true, side: 1 });
    return [LINE.range(line.from), widget.range(line.to)];
  });
  return Decoration.set(ranges, true);
}

/** The sentences, which move with the text and go when their line is changed. */
export const sentences: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, { effects, changes, state }) {
    let decorations = before.map(changes);
    for (const effect of effects) {
      if (effect.is(setPlaced)) decorations = decorationsOf(state.doc, effect.value);
    }
    return decorations;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** What shows mistakes in place of those before. */
export function showingOf(state: EditorState, mistakes: readonly Mistake[]): TransactionSpec {
  const placed = mistakes.flatMap((mistake) => {
    const range = rangeOf(state, mistake);
    return range ? [{ range, sentence: mistake.sentence }] : [];
  });
  const diagnostics = placed.map(
    ({ range, sentence }): Diagnostic => ({ ...range, severity: 'error', message: sentence }),
  );
  const [first] = placed;
  const shown = setDiagnostics(state, diagnostics);
  const effects = [shown.effects ?? [], setPlaced.of(placed)].flat();
  if (!first) return { effects };
  return { effects: [...effects, EditorView.scrollIntoView(first.range.from, { y: 'center' })] };
}
