/** The system's Python, for tests that read our files with the packages that people use. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPTS = fileURLToPath(new URL('../python/', import.meta.url));

/** Its name, or that of another Python, of a virtual environment for example. */
export const PYTHON = process.env.LOCKSTEP_PYTHON ?? 'python3';

function python(words: readonly string[]): { readonly works: boolean; readonly text: string } {
  const { status, stdout, stderr } = spawnSync(PYTHON, words, { encoding: 'utf8' });
  return { works: status === 0, text: status === 0 ? stdout : stderr };
}

/** Whether Python is there and has these modules; test/python/requirements.txt has them all. */
export function pythonHas(...modules: readonly string[]): boolean {
  return python(['-c', `import ${modules.join(', ')}`]).works;
}

/**
 * Runs a script of test/python.
 * @returns the JSON that it prints
 * @throws Error with what Python writes to standard error
 */
export function runPython(script: string, ...words: readonly string[]): unknown {
  const { works, text } = python([`${SCRIPTS}${script}`, ...words]);
  if (!works) throw new Error(text);
  return JSON.parse(text);
}
