/** A page with the library as pages get it: one file without imports, in `window.library`. */
import { build } from 'esbuild';
import type { ServedFile } from './chromium';

export interface LibraryWindow {
  readonly library: typeof import('../../src/index');
}

const PAGE = `<script type="module">
  import * as library from '/lockstep.js';
  window.library = library;
</script>`;

/** What `withPage` serves. */
export async function libraryPage(): Promise<Readonly<Record<string, ServedFile>>> {
  const { outputFiles } = await build({
    entryPoints: ['src/index.ts'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    loader: { '.wesl': 'text' },
    write: false,
  });
  return {
    '/': { body: PAGE, type: 'text/html' },
    '/lockstep.js': { body: outputFiles[0]!.text, type: 'text/javascript' },
  };
}
