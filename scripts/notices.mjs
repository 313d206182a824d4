/** The licences of the packages whose code is in the bundles. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const INTRODUCTION = 'The files of this folder contain code of these packages.';

/** Folders of the packages that bundles have code of, from what esbuild tells of them. */
function packagesOf(metafiles) {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  const folders = inputs.flatMap(([path, { bytesInOutput }]) => {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];
    return folder && bytesInOutput > 0 ? [folder] : [];
  });
  return [...new Set(folders)].sort();
}

function noticeOf(folder) {
  const text = readFileSync(`${folder}/package.json`, 'utf8');
  const { name, version, license, repository } = JSON.parse(text);
  const file = readdirSync(folder).find((path) => /^licen[cs]e/i.test(path));
  return [
    `${name} ${version}`,
    `License: ${license}`,
    `Repository: ${repository?.url ?? repository ?? 'not given'}`,
    ...(file ? ['', readFileSync(`${folder}/${file}`, 'utf8').trim()] : []),
  ].join('\n');
}

/** @param metafiles those of the bundles that lie beside the file */
export function writeNotices(path, metafiles) {
  const notices = [INTRODUCTION, ...packagesOf(metafiles).map(noticeOf)];
  writeFileSync(path, `${notices.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`);
}
