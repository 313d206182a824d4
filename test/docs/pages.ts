/** The documentation as tests see it: its pages, their links and their inline code. */
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { listFiles } from '../support/list-files';

export interface Page {
  readonly path: string;
  readonly text: string;
  /** The text without fenced and indented code. */
  readonly prose: string;
}

/** What was true on its day, or speaks of other projects: only the links must hold. */
const ASIDE = /^(CHANGELOG|docs\/log|bench\/RESULTS|bench\/\w+\/.*)\.md$/;

const FENCE = /^```.*?\n[\s\S]*?^```$/gm;
const INDENTED = /^ {4}.*$/gm;

function readPage(path: string): Page {
  const text = readFileSync(path, 'utf8');
  return { path, text, prose: text.replace(FENCE, '').replace(INDENTED, '') };
}

export const ALL_PAGES: readonly Page[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...['docs', 'bench', 'shaders'].flatMap((folder) => listFiles(folder, '.md')),
].map(readPage);

/** Pages that say how things are. */
export const PAGES = ALL_PAGES.filter(({ path }) => !ASIDE.test(path));

export interface Link {
  /** From the repository's root. */
  readonly target: string;
  /** Behind "#"; empty for the page as a whole. */
  readonly anchor: string;
}

/** Links to files of the repository. */
export function linksOf({ path, prose }: Page): Link[] {
  return [...prose.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].map((match) => ({
    target: match[1] ? posix.join(posix.dirname(path), match[1]) : path,
    anchor: match[2] ?? '',
  }));
}

/** Anchors of a page's headings, as code hosts make them. */
export function anchorsOf(text: string): string[] {
  const headings = text.replace(FENCE, '').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

/** The texts between backquotes. */
export function codeSpans({ prose }: Page): string[] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** What builds and runs make. */
const MADE = /^(((bench|page)\/)?dist|runs)(\/|$)/;
const FOLDERS = ['', 'src', 'shaders'];
const EXTENSIONS = ['', '.ts', '.wesl'];

/** The file or folder that inline code names, such as `rollout/act.wesl`; undefined for none. */
export function fileOf(page: string, name: string): string | undefined {
  return [...FOLDERS, posix.dirname(page)]
    .flatMap((folder) => EXTENSIONS.map((extension) => posix.join(folder, name + extension)))
    .find((path) => existsSync(path));
}

/**
 * Whether inline code names a place in the repository: a path whose first folder is there, or a
 * file in a folder.
 */
export function isPath(code: string): boolean {
  if (!/^[\w.-]+(\/[\w.-]+)+\/?$/.test(code) || MADE.test(code)) return false;
  const [first] = code.split('/') as [string];
  return (
    /\.(ts|wesl|mjs|md|json|py|svg)$/.test(code) ||
    FOLDERS.some((folder) => existsSync(posix.join(folder, first)))
  );
}
