/** A page with the library as pages get it: one file without imports, in `window.library`, under a strict policy. */
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
/** As strict as serious sites are: no inline scripts, and no `eval` or `new Function`. */
const HEADERS = { 'Content-Security-Policy': "default-src 'self'" };

/**
 * What `withPage` serves.
 * @param script of the page's own, in which `library` is known. What a test calls in the page by itself may evaluate
 * texts, whatever the page's policy.
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
