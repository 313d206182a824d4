/** The description of observations of grids whose cells have channels that are on or off. */
import type { ObservationField } from './definition';

/**
 * One field for every channel of every cell: row by row from the top, in a row cell by cell from
 * the left, in a cell channel by channel.
 */
export function gridObservation(
  { rows, columns }: { readonly rows: number; readonly columns: number },
  channels: readonly string[],
): ObservationField[] {
  return Array.from({ length: rows * columns }, (_, cell) =>
    channels.map((channel) => ({
      name: `row ${Math.floor(cell / columns)}, column ${cell % columns}, ${channel}`,
      low: 0,
      high: 1,
    })),
  ).flat();
}
