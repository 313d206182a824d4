// Writes the files that follow from the table of config fields and the list of shaders
// (scripts/generated.ts).
import { writeFileSync } from 'node:fs';
import { importTypeScript } from './import-typescript.mjs';

const { GENERATED } = await importTypeScript('scripts/generated.ts');
for (const [path, text] of Object.entries(GENERATED)) {
  writeFileSync(path, text);
  console.log(path);
}
