/**
 * Writes the package's declarations to dist/types: one file for each entry of `exports` in
 * package.json, and `shared.d.ts`, so that the entries agree on classes such as `Gpu`. Bundling
 * leaves no relative import without extension, which `moduleResolution: nodenext` refuses, and
 * drops what no entry exports.
 */
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const ENTRIES = {
  index: 'src/index.ts',
  node: 'src/node/index.ts',
  environments: 'src/environments/index.ts',
};

export async function writeDeclarations() {
  const bundle = await rollup({
    input: ENTRIES,
    plugins: [dts({ tsconfig: 'tsconfig.build.json' })],
    onwarn: ({ message }) => {
      throw new Error(`the declarations cannot be bundled: ${message}`);
    },
  });
  await bundle.write({
    dir: 'dist/types',
    entryFileNames: '[name].d.ts',
    chunkFileNames: '[name].d.ts',
    manualChunks: (id, { getModuleInfo }) => (getModuleInfo(id).isEntry ? undefined : 'shared'),
    minifyInternalExports: false,
  });
  await bundle.close();
}
