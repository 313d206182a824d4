/** The licences of the packages whose code is in the bundles. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const INTRODUCTION = 'The files of this folder contain code of these packages.';

/** Folders of packages, from the inputs that esbuild lists. */
function packagesOf(inputs) {
  const folders = inputs.flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? [],
  );
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

/** @param inputs paths of all files that the bundles are made of */
export function writeNotices(path, inputs) {
  const notices = [INTRODUCTION, ...packagesOf(inputs).map(noticeOf)];
  writeFileSync(path, `${notices.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`);
}
