// Bundles src/ and its declarations into dist/, and bench/ into bench/dist.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { writeDeclarations } from './declarations.mjs';
import { writeNotices } from './notices.mjs';
import { buildPage } from './page.mjs';
import { linker, shaders } from './plugins.mjs';

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
/** What npm installs beside the package. */
const installed = Object.keys({ ...dependencies, ...peerDependencies });

const shared = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  plugins: [shaders, linker],
  sourcemap: true,
  splitting: true,
  metafile: true,
  logLevel: 'warning',
  external: [...installed, 'node:*', '@sparticuz/chromium', 'playwright-core'],
};

rmSync('dist', { recursive: true, force: true });
// esbuild is a process of its own, so the two share the time.
const declarations = writeDeclarations();
const { metafile } = await build({
  ...shared,
  entryPoints: {
    index: 'src/index.ts',
    node: 'src/node/index.ts',
    environments: 'src/environments/index.ts',
    cli: 'src/cli/main.ts',
    'cli-child': 'src/cli/child.ts',
    'host-worker': 'src/node/host-worker.ts',
  },
  outdir: 'dist',
});
// One self-contained file for pages that have no bundler and no import map. Its source map would be
// a third of the package, and say the same as those of the other bundles.
const { metafile: whole } = await build({
  ...shared,
  splitting: false,
  sourcemap: false,
  external: [],
  platform: 'browser',
  minify: true,
  entryPoints: { browser: 'src/index.ts' },
  outdir: 'dist',
});
// For `lockstep ui`, which serves it with the file above.
const page = await buildPage('dist/page', true);
writeNotices('dist/NOTICES.txt', [metafile, whole, page]);
// The bench and its contestants, each a process of its own. `main` is not in the npm package.
const benches = {
  main: 'bench/main.ts',
  lockstep: 'bench/contestants/lockstep.ts',
  'any-commit': 'bench/contestants/any-commit.ts',
};
if (existsSync(benches.main)) {
  await build({ ...shared, entryPoints: benches, outdir: 'bench/dist' });
}
// The bench's rival. Emscripten's glue in tfjs's wasm backend calls for CommonJS.
if (existsSync('bench/tfjs/main.ts')) {
  const commonJs = [
    "import { createRequire as commonJsRequire } from 'node:module';",
    'const require = commonJsRequire(import.meta.url);',
    'const __dirname = import.meta.dirname;',
  ];
  rmSync('bench/dist/tfjs', { recursive: true, force: true });
  await build({
    ...shared,
    platform: 'node',
    banner: { js: commonJs.join('\n') },
    // Some of its packages list the files that register kernels as free of side effects.
    ignoreAnnotations: true,
    entryPoints: { tfjs: 'bench/tfjs/main.ts', 'tfjs-worker': 'bench/tfjs/worker.ts' },
    chunkNames: 'tfjs/[name]-[hash]',
    outdir: 'bench/dist',
  });
  rmSync('bench/dist/tfjs-browser', { recursive: true, force: true });
  await build({
    ...shared,
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    ignoreAnnotations: true,
    entryPoints: { contestant: 'bench/tfjs/page/contestant.ts', mate: 'bench/tfjs/page/mate.ts' },
    outdir: 'bench/dist/tfjs-browser',
  });
}
await declarations;
