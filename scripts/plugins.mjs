/** esbuild's plugins for the bundles. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './import-typescript.mjs';

const { shaderText } = await importTypeScript('scripts/shader-text.ts');

/** A shader file is its text without comments; the package also holds the files themselves. */
export const shaders = {
  name: 'shaders',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.wesl$/ }, ({ path }) => ({
      contents: shaderText(readFileSync(path, 'utf8')),
      loader: 'text',
    }));
  },
};

const WESL = fileURLToPath(new URL('../src', import.meta.resolve('wesl/core')));
/** What src/gpu/program.ts imports, each from its own file. */
const LINKER = `
  export { link } from './Linker.ts';
  export { withLoggerAsync } from './Logging.ts';
  export { minimallyMangledName } from './Mangler.ts';
  export { stdWgsl } from './StandardTypes.ts';
`;

/**
 * Bundles the linker from the sources in its package, whose own bundle is one file: so bundles have
 * its type checker, which only src/gpu/spill needs, in a part of its own.
 */
export const linker = {
  name: 'linker',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^wesl\/core$/ }, ({ importer }) =>
      /[/\\]spill[/\\]/.test(importer)
        ? { path: join(WESL, 'core.ts'), sideEffects: false }
        : { path: 'linker', namespace: 'linker' },
    );
    onLoad({ filter: /./, namespace: 'linker' }, () => ({
      contents: LINKER,
      loader: 'ts',
      resolveDir: WESL,
    }));
  },
};
