/** Contact sheets: pictures of one episode side by side, in one picture. */
import type { Drawing, TextShape } from '../environments/drawing';
import { heightOf } from './fit';
import { PALETTES, type Theme } from './palette';
import { blankPicture, type Picture, paste, rasterize } from './rasterize';

/** Pixels of the text, and between pictures. */
const TEXT_HEIGHT = 10;
const MARGIN = 8;
const GAP = 2;

/** One picture of a sheet. */
export interface Tile {
  readonly drawing: Drawing;
  /** Stands in its upper left corner. */
  readonly label: string;
}

export interface SheetOptions {
  readonly columns: number;
  /** Pixels of one picture; its height follows from the view of the first drawing. */
  readonly tileWidth: number;
  /** Default light. */
  readonly theme?: Theme | undefined;
}

/** @param tiles at least one, from left to right and from top to bottom */
export function contactSheet(tiles: readonly Tile[], options: SheetOptions): Picture {
  const { columns, tileWidth: width, theme = 'light' } = options;
  const { colors } = PALETTES[theme];
  const height = heightOf(tiles[0]!.drawing.view, width);
  const rows = Math.ceil(tiles.length / columns);
  const [across, down] = [width + GAP, height + GAP];
  const size = { width: columns * across - GAP, height: rows * down - GAP };
  const sheet = blankPicture(size, colors.backdrop);
  for (const [index, tile] of tiles.entries()) {
    const picture = rasterize(labelled(tile, width), { width, height, theme });
    paste(sheet, picture, (index % columns) * across, Math.floor(index / columns) * down);
  }
  return sheet;
}

/** The drawing with its label. */
function labelled({ drawing, label }: Tile, width: number): Drawing {
  const { left, right, top } = drawing.view;
  const unit = (right - left) / width;
  const text: TextShape = {
    type: 'text',
    at: [left + MARGIN * unit, top - (MARGIN + TEXT_HEIGHT) * unit],
    text: label,
    height: TEXT_HEIGHT * unit,
    color: 'muted',
  };
  return { view: drawing.view, shapes: [...drawing.shapes, text] };
}

/** Indices of at most `count` of `length` things, evenly spread from the first to the last. */
export function spread(length: number, count: number): number[] {
  if (length <= count) return Array.from({ length }, (_, index) => index);
  return Array.from({ length: count }, (_, index) =>
    Math.round((index * (length - 1)) / (count - 1)),
  );
}
