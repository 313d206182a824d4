/**
 * Markdown pages of recorded results: a section per run of a bench, found by its title and adapter.
 */

/** The title and adapter of a section. */
export interface SectionKey {
  readonly title: string;
  readonly adapter: string;
}

/** A section of a page as it is written. */
export interface PageSection extends SectionKey {
  /** YYYY-MM-DD */
  readonly date: string;
  readonly commit: string;
  /** Command that made it. */
  readonly command: string;
  /** Markdown below the line with the section's source. */
  readonly body: string;
}

const HEADING = /^(?=## )/m;
/** The parts of "date · commit c · adapter · `command`". */
const ORIGIN = /^([\d-]+) · commit (.*?) · (.*?) · `/;

/** A heading, the section's source and its body; ends with a line break. */
export function formatSection(section: PageSection): string {
  const { title, date, commit, adapter, command, body } = section;
  return `## ${title}\n\n${date} · commit ${commit} · ${adapter} · \`${command}\`\n\n${body}\n`;
}

/** Title, date, commit and adapter of every section, in the page's order. */
export function pageSections(page: string): Omit<PageSection, 'command' | 'body'>[] {
  return page.split(HEADING).slice(1).map(originOf);
}

function originOf(text: string): Omit<PageSection, 'command' | 'body'> {
  const [heading = '', , line = ''] = text.split('\n');
  const [, date = '', commit = '', adapter = ''] = ORIGIN.exec(line) ?? [];
  return { title: heading.slice(3), date, commit, adapter };
}

/** The page with a section that replaces the one with its title and adapter, or is appended. */
export function replaceSection(page: string, section: PageSection): string {
  const [head = '', ...others] = page.split(HEADING);
  const isOlder = (text: string): boolean => {
    const { title, adapter } = originOf(text);
    return title === section.title && adapter === section.adapter;
  };
  const found = others.findIndex(isOlder);
  const index = found < 0 ? others.length : found;
  const texts = others.filter((text, i) => i < index || !isOlder(text));
  texts.splice(index, 0, formatSection(section));
  return [head, ...texts]
    .map((text) => text.trimEnd())
    .join('\n\n')
    .concat('\n');
}
