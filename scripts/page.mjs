// Builds the page in page/: static files for any folder of a web server.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { linker, shaders } from './plugins.mjs';

/** The file of the library that lies beside the page, where it is not part of the bundles. */
const BESIDE = './lockstep.js';
const COPIED = ['index.html', 'icon.svg'];

/** Leaves the library out: the package has it already, as a file for pages. */
const libraryBeside = {
  name: 'library-beside',
  setup: ({ onResolve }) => {
    const entry = resolve('src/index');
    onResolve({ filter: /\/src\/index$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === entry ? { path: BESIDE, external: true } : undefined,
    );
  },
};

const MODULES = 'shaders/environments';

/** Fills in page/editor/module-texts.ts, with comments and all. */
const moduleTexts = {
  name: 'module-texts',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[/\\]module-texts\.ts$/ }, () => {
      const paths = readdirSync(MODULES).map((name) => `${MODULES}/${name}`);
      const texts = paths.map((path) => [path, readFileSync(path, 'utf8')]);
      const record = JSON.stringify(Object.fromEntries(texts));
      return { contents: `export const MODULE_TEXTS = ${record};` };
    });
  },
};

/**
 * @param outdir folder that is made anew
 * @param isBeside whether the library is not part of the bundles but the file lockstep.js
 * @returns esbuild's metafile
 */
export async function buildPage(outdir, isBeside = false) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    entryPoints: { main: 'page/main.ts', worker: 'page/worker.ts', page: 'page/page.css' },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    loader: { '.wgsl': 'text' },
    plugins: [...(isBeside ? [libraryBeside] : []), shaders, moduleTexts, linker],
    splitting: true,
    minify: true,
    metafile: true,
    logLevel: 'warning',
  });
  for (const name of COPIED) copyFileSync(join('page', name), join(outdir, name));
  return metafile;
}

if (process.argv[1]?.endsWith('page.mjs')) {
  const outdir = process.argv[2] ?? 'page/dist';
  await buildPage(outdir);
  console.log(`${outdir} is the page: serve the folder, over https or on localhost`);
}
