/** The colors of drawings on a light and on a dark background. */
import type { Color } from '../environments/drawing';

/** Red, green, blue, 0 … 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Whether the background is light or dark. */
export type Theme = 'light' | 'dark';

/** The colors of a theme. */
export interface Palette {
  /** Behind everything. */
  readonly background: Rgb;
  /** Of each role. */
  readonly colors: Readonly<Record<Color, Rgb>>;
}

/** The palette of each theme. */
export const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    background: [255, 255, 255],
    colors: {
      ink: [45, 50, 58],
      muted: [150, 158, 168],
      backdrop: [232, 236, 240],
      body: [58, 96, 156],
      limb: [202, 142, 84],
      joint: [124, 108, 190],
      goal: [50, 156, 96],
      action: [214, 66, 82],
    },
  },
  dark: {
    background: [20, 23, 28],
    colors: {
      ink: [214, 219, 226],
      muted: [106, 115, 127],
      backdrop: [37, 42, 50],
      body: [108, 154, 222],
      limb: [222, 168, 108],
      joint: [164, 152, 232],
      goal: [84, 200, 130],
      action: [250, 104, 118],
    },
  },
};
