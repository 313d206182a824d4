/** What all charts have in common: their width, colours and heading. */
import { text } from '../formats/svg';

/** The words above a chart. */
export interface Heading {
  readonly title: string;
  /** The source of the figures, in one line. */
  readonly caption: string;
  readonly unit: string;
}

export const WIDTH = 820;
export const HEAD_HEIGHT = 56;
export const GRID = { stroke: '#dddddd' } as const;
/** Of series, in their order, then from the beginning again. */
export const COLOURS = ['#1f5fa8', '#b4531c', '#3b7d3b', '#7a4b9c', '#b5891c', '#2b8c8c'] as const;

export function heading({ title, caption, unit }: Heading): string[] {
  return [
    text(16, 22, title, { 'font-size': 15, 'font-weight': 600 }),
    text(16, 40, `${unit} · ${caption}`, { fill: '#666666', 'font-size': 11 }),
  ];
}
