/**
 * A page with the library as one file, in `window.library`, under a strict Content-Security-Policy.
 */
import { build } from 'esbuild';
import type { ServedFile } from './chromium';

export interface LibraryWindow {
  readonly library: typeof import('../../src/index');
}

const PAGE = '<script type="module" src="/page.js"></script>';
const SCRIPT = `
  import * as library from '/lockstep.js';
  window.library = library;
`;
/** As strict as on careful sites: no inline scripts, no `eval` and no `new Function`. */
const HEADERS = { 'Content-Security-Policy': "default-src 'self'" };

/**
 * The files that `withPage` serves.
 * @param script additional script of the page, with `library` in scope. Code that a test evaluates
 * in the page is not subject to the page's policy.
 */
export async function libraryPage(script = ''): Promise<Readonly<Record<string, ServedFile>>> {
  const { outputFiles } = await build({
    entryPoints: ['src/index.ts'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    loader: { '.wesl': 'text' },
    write: false,
  });
  return {
    '/': { body: PAGE, type: 'text/html', headers: HEADERS },
    '/page.js': { body: SCRIPT + script, type: 'text/javascript' },
    '/lockstep.js': { body: outputFiles[0]!.text, type: 'text/javascript' },
  };
}
