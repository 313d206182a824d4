/** Imports a TypeScript module with what it imports, as Node 20 does not by itself. */
import { build } from 'esbuild';

/** @returns the exports of the module */
export async function importTypeScript(path) {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'warning',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
