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

const DARK = matchMedia('(prefers-color-scheme: dark)');

export const themeNow = (): 'light' | 'dark' => (DARK.matches ? 'dark' : 'light');

/** Calls `act` whenever the theme changes. */
export function onTheme(act: () => void): void {
  DARK.addEventListener('change', () => {
    known = new Map();
    act();
  });
}
