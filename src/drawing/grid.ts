/** Grids of pixels, or of a terminal's dots. */

/** Columns and rows. */
export interface GridSize {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** A part of a grid, counted from its upper left corner. */
export interface Box extends GridSize {
  readonly left: number;
  readonly top: number;
}

/** Shares of the pixels of a box that something covers, 0 … 1, row by row. */
export interface Coverage {
  readonly box: Box;
  readonly values: Float64Array;
}
