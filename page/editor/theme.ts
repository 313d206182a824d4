/** The look of the editors, in the colors of the page's style sheet. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const SQUIGGLE = 'underline wavy var(--problem)';

/** Pictures in addresses of their own (data:) are nothing that the page's policy lets through. */
const VIEW = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--control)', fontSize: '0.8125rem' },
  // The frame around it shows the focus.
  '&.cm-focused': { outline: 'none' },
  '&, .cm-scroller': { minHeight: '8rem', maxHeight: '28rem' },
  '.cm-scroller': {
    fontFamily: 'ui-monospace, monospace',
    lineHeight: '1.5',
    containerType: 'inline-size',
  },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-gutters': {
    color: 'var(--muted)',
    backgroundColor: 'var(--control)',
    borderRight: '1px solid var(--border)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--grid)' },
  '.cm-lintRange-error, .cm-lintRange-active': { backgroundImage: 'none' },
  '.cm-lintRange-error': {
    textDecoration: SQUIGGLE,
    textDecorationSkipInk: 'none',
    backgroundColor: 'transparent',
  },
  '.cm-lintPoint-error:after': { borderBottomColor: 'var(--problem)' },
  // Stays in sight, and within the width that is seen, where lines are longer.
  '.cm-mistake': {
    position: 'sticky',
    left: '3rem',
    width: 'calc(100cqw - 4rem)',
    padding: '0.125rem 0.75rem',
    color: 'var(--problem)',
    fontFamily: 'system-ui, sans-serif',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  '.cm-mistake-line': { backgroundColor: 'var(--problem-ground)' },
  '.cm-tooltip': {
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    border: '1px solid var(--control-border)',
    borderRadius: 'var(--radius)',
    maxWidth: 'min(40rem, 90vw)',
  },
  '.cm-diagnostic': { fontFamily: 'system-ui, sans-serif', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--problem)' },
});

const COLORS = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.attributeName], color: 'var(--code-keyword)' },
  { tag: [tags.typeName, tags.propertyName], color: 'var(--code-type)' },
  { tag: [tags.number, tags.string, tags.atom, tags.bool, tags.null], color: 'var(--code-value)' },
  { tag: tags.function(tags.variableName), color: 'var(--curve)' },
]);

export const theme: Extension = [VIEW, syntaxHighlighting(COLORS)];
