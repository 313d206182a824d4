// Refuses lines of more than 100 columns and functions of more than 100 lines.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const MAX_COLUMNS = 100;
const MAX_LINES = 100;
const FOLDERS = ['bench', 'examples', 'page', 'scripts', 'shaders', 'src', 'test'];
/** What cannot be broken: an import, a regular expression. */
const UNBREAKABLE = /^(import .*;|\s*\/[^/*].*\/[a-z]*[,;]?)$/;
const SKIPPED = /(^|\/)(dist|node_modules|fixtures)\//;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
)
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(ts|mjs|js|wesl|wgsl)$/.test(path) && !SKIPPED.test(path));

/** Names and lengths of the functions of a TypeScript file. */
function* functionsOfTypeScript(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line;
  const pending = [source];
  for (let node = pending.pop(); node; node = pending.pop()) {
    ts.forEachChild(node, (child) => void pending.push(child));
    if (!ts.isFunctionLike(node) || !node.body) continue;
    const first = lineOf(node.getStart());
    const name = node.name?.getText() ?? 'function';
    yield { name, line: first + 1, lines: lineOf(node.end) - first + 1 };
  }
}

/** The same of a shader, whose functions begin and end at the first column. */
function* functionsOfShader(lines) {
  for (const [index, line] of lines.entries()) {
    const name = /^(?:@[^)]*\)? *)*fn (\w+)/.exec(line)?.[1];
    if (!name) continue;
    const length = lines.slice(index).findIndex((other) => other.startsWith('}')) + 1;
    yield { name, line: index + 1, lines: length };
  }
}

const problems = [];
for (const path of files) {
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const columns = [...line].length;
    if (columns > MAX_COLUMNS && !UNBREAKABLE.test(line)) {
      problems.push(`${path}:${index + 1} has ${columns} columns`);
    }
  }
  if (!/^(page|src|shaders)\//.test(path)) continue;
  const functions = /\.w(e|g)sl$/.test(path)
    ? functionsOfShader(lines)
    : functionsOfTypeScript(path, text);
  for (const { name, line, lines: length } of functions) {
    if (length > MAX_LINES) problems.push(`${path}:${line} ${name} has ${length} lines`);
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`at most ${MAX_COLUMNS} columns and ${MAX_LINES} lines of a function are allowed`);
  process.exitCode = 1;
}
