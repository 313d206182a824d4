import { readdirSync } from 'node:fs';

/** Paths of all files below `folder` that end in `extension`, from the repository's root. */
export function listFiles(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(extension))
    .sort();
}
