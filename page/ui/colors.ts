/** The colors of the page's style sheet, for what is drawn on a canvas. */

let known = new Map<string, string>();

/** The value of a custom property in the theme at hand. */
export function byTheme(property: string): string {
  let value = known.get(property);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(property).trim();
    known.set(property, value);
  }
  return value;
}

const dark = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

export const themeNow = (): 'light' | 'dark' => (dark().matches ? 'dark' : 'light');

/** Calls `act` whenever the theme changes. */
export function onTheme(act: () => void): void {
  dark().addEventListener('change', () => {
    known = new Map();
    act();
  });
}

/** Most agents that have a curve. */
export const MOST_CURVES = 6;

/** The custom property with the color of an agent's curve. */
export function curveColor(agent: number): string {
  return agent === 0 ? '--curve' : `--curve-${agent + 1}`;
}
