/** The few pieces of SVG that charts are made of. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them, even as entities.
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Cs}]/gu;

/** Text with any characters; those that XML 1.0 forbids become U+FFFD. */
export function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  const allowed = text.replaceAll(FORBIDDEN, '\ufffd');
  return allowed.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}

type Attributes = Readonly<Record<string, string | number>>;

/** One element; `content` is SVG already. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeXml(value)}"`,
  );
  return content === ''
    ? `<${name}${pairs.join('')}/>`
    : `<${name}${pairs.join('')}>${content}</${name}>`;
}

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeXml(words));
}

export function line(from: Point, to: Point, attributes: Attributes): string {
  return element('line', { x1: from.x, y1: from.y, x2: to.x, y2: to.y, ...attributes });
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A whole file, on white, so that it reads on dark pages too; the title is for those who cannot see
 * it.
 */
export function document(
  title: string,
  width: number,
  height: number,
  parts: readonly string[],
): string {
  const background = element('rect', { width, height, fill: '#ffffff' });
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    'font-family': 'system-ui, sans-serif',
    'font-size': 12,
    fill: '#222222',
  };
  const content = [element('title', {}, escapeXml(title)), background, ...parts].join('\n');
  return `${element('svg', attributes, `\n${content}\n`)}\n`;
}

/** Tenths of a pixel are enough, and keep files alike between runs of the same figures. */
function round(value: number): number {
  return Math.round(10 * value) / 10;
}
