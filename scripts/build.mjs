// Bundles src/ into dist/ (and bench/ into bench/dist); --types adds the declaration files.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const shared = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  loader: { '.wesl': 'text' },
  sourcemap: true,
  splitting: true,
  logLevel: 'warning',
  external: ['webgpu', 'wesl', 'wesl/core', 'node:*', '@sparticuz/chromium', 'playwright-core'],
};

rmSync('dist', { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: {
    index: 'src/index.ts',
    node: 'src/node/index.ts',
    environments: 'src/environments/index.ts',
    cli: 'src/cli/main.ts',
  },
  outdir: 'dist',
});
// One self-contained file for pages that have no bundler and no import map.
await build({
  ...shared,
  splitting: false,
  external: [],
  platform: 'browser',
  entryPoints: { browser: 'src/index.ts' },
  outdir: 'dist',
});
// The bench and its contestants, each a process of its own. `main` is not in the npm package.
const benches = { main: 'bench/main.ts', lockstep: 'bench/contestants/lockstep.ts' };
if (existsSync(benches.main)) {
  await build({ ...shared, entryPoints: benches, outdir: 'bench/dist' });
}
if (process.argv.includes('--types')) {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
  execFileSync(process.execPath, tsc, { stdio: 'inherit' });
}
