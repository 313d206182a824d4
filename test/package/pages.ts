/** Pages out of the programs in test/package/consumer, by esbuild and by Vite. */
import { writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { build } from 'esbuild';
import { build as buildByVite, type Rolldown } from 'vite';
import type { ServedFile } from '../support/chromium';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Files by the paths that they are served under. */
export type Site = Readonly<Record<string, ServedFile>>;

const pageOf = (script: string): string =>
  `<!doctype html><title>test</title><script type="module" src="${script}"></script>`;

const served = (path: string, body: string | Uint8Array): ServedFile => ({
  body,
  type: TYPES[extname(path)] ?? 'text/plain',
});

/** The page of a program by `esbuild --bundle --minify`, in one file or in several. */
export async function siteByEsbuild(
  folder: string,
  program: string,
  splitting: boolean,
): Promise<{ readonly site: Site; readonly warnings: readonly unknown[] }> {
  const { outputFiles, warnings } = await build({
    entryPoints: [join(folder, program)],
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', splitting },
    ...{ write: false, outdir: folder, entryNames: 'entry' },
  });
  const files = outputFiles.map(({ path, contents }): [string, ServedFile] => [
    `/${basename(path)}`,
    served(path, contents),
  ]);
  const page = served('index.html', pageOf('/entry.js'));
  return { site: { ...Object.fromEntries(files), '/': page }, warnings };
}

/** The page of a program by `vite build`. */
export async function siteByVite(folder: string, program: string): Promise<Site> {
  writeFileSync(join(folder, 'index.html'), pageOf(`./${program}`));
  const { output } = (await buildByVite({
    ...{ root: folder, configFile: false, logLevel: 'error' },
    build: { write: false },
  })) as Rolldown.RolldownOutput;
  const files = output.map((file): [string, ServedFile] => {
    const body = file.type === 'chunk' ? file.code : file.source;
    const path = file.fileName === 'index.html' ? '' : file.fileName;
    return [`/${path}`, served(file.fileName, body)];
  });
  return Object.fromEntries(files);
}
