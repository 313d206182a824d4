// Writes the files that follow from the table of config fields and the list of shaders
// (scripts/generated.ts).
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['scripts/generated.ts'],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  logLevel: 'warning',
});
const code = Buffer.from(outputFiles[0].contents).toString('base64');
const { GENERATED } = await import(`data:text/javascript;base64,${code}`);
for (const [path, text] of Object.entries(GENERATED)) {
  writeFileSync(path, text);
  console.log(path);
}
