import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dependencies, exports as entries, scripts, version } from '../../package.json';
import { listFiles } from '../support/list-files';
import { COMPILERS, compile, loadCompiler, MODES, type Mode, type Setup } from './compile';
import { type Consumer, installPacked, ROOT } from './packed';
import { exportedValues, missingExports, undocumented } from './public-names';

const MODULES = ['lockstep-ppo', 'lockstep-ppo/node', 'lockstep-ppo/environments'];

let consumer: Consumer;
beforeAll(() => {
  consumer = installPacked();
  cpSync(join(ROOT, 'test/package/consumer'), consumer.folder, { recursive: true });
  const [, example] = /```ts\n(.*?)```/s.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))!;
  writeFileSync(join(consumer.folder, 'readme.mts'), example!);
});
afterAll(() => consumer?.remove());

describe.each(COMPILERS)('%s', async (name) => {
  const compiler = await loadCompiler(name);
  const hasWebGpu = name === 'typescript';
  const modes = Object.keys(MODES) as Mode[];
  const errors = (files: readonly string[], setup: Setup): string =>
    compile(compiler, consumer.folder, files, setup);

  test.each(modes)('finds the mistakes of a program and no others: %s', (mode) => {
    const setup = { mode, lib: ['es2023', 'dom'], types: [] };
    expect(errors(['program.mts', 'readme.mts'], setup)).toBe('');
  });

  test("needs neither the DOM's types nor Node's", () => {
    expect(errors(['program.mts'], { mode: 'nodenext', lib: ['es2023'], types: [] })).toBe('');
  });

  test("knows WebGPU's device where the program has WebGPU's types", () => {
    const types = hasWebGpu ? [] : ['@webgpu/types'];
    expect(errors(['device.mts'], { mode: 'bundler', lib: ['es2023', 'dom'], types })).toBe('');
  });

  test('lets `using` destroy trainers and devices', () => {
    const lib = ['es2023', 'esnext.disposable'];
    expect(errors(['using.mts'], { mode: 'nodenext', lib, types: [] })).toBe('');
  });

  // Older ones do not know that Node requires ES modules.
  test.skipIf(name === 'typescript-5.5')('compiles a CommonJS program', () => {
    expect(errors(['commonjs.cts'], { mode: 'nodenext', lib: ['es2023'], types: [] })).toBe('');
  });
});

describe('declarations', async () => {
  const compiler = await loadCompiler('typescript');
  const places = (): string[] =>
    ['index', 'node', 'environments'].map((name) => `dist/types/${name}.d.ts`);

  test('export every type that they name', () => {
    expect(missingExports(compiler, consumer.installed, places())).toEqual([]);
  });

  test('document every name', () => {
    expect(undocumented(compiler, consumer.installed, places())).toEqual([]);
  });

  test.each(MODULES)('export the values of the module: %s', (module) => {
    const place = `dist/types/${module.split('/')[1] ?? 'index'}.d.ts`;
    const declared = exportedValues(compiler, consumer.installed, place);
    const program = `import * as m from '${module}'; console.log(Object.keys(m).join())`;
    const names = consumer.run('--input-type=module', '-e', program).trim().split(',');
    expect(declared).toEqual(names.sort());
  });
});

describe('Node', () => {
  test.each([...MODULES, 'lockstep-ppo/package.json'])('requires %s', (module) => {
    const program = `console.log(Object.keys(require('${module}')).length > 0)`;
    expect(consumer.run('-e', program).trim()).toBe('true');
  });

  test.each([
    'lockstep-ppo/browser',
    'lockstep-ppo/configs/schema.json',
    'lockstep-ppo/shaders/environments/template.wesl',
  ])('finds %s', (file) => {
    const program = `console.log(require.resolve('${file}'))`;
    expect(existsSync(consumer.run('-e', program).trim())).toBe(true);
  });

  test('runs the command', () => {
    expect(consumer.run('node_modules/lockstep-ppo/dist/cli.js', '--version')).toContain(version);
  });
});

describe('without the package webgpu', () => {
  const SENTENCE =
    'the package webgpu, through which Node uses GPUs, is not installed: npm install webgpu@0.6.2';

  test('Node imports what needs no device, and a device is refused with what to install', () => {
    const program = `
      import { requestNodeGpu, tuningFile } from 'lockstep-ppo/node';
      const reason = await requestNodeGpu().catch((error) => error);
      console.log(typeof tuningFile, reason.name, reason.message);
    `;
    const { stdout } = consumer.runAlone('--input-type=module', '-e', program);
    expect(stdout.trim()).toBe(`function GpuError ${SENTENCE}`);
  });

  test.each(['train CartPole-v1', 'doctor'])('the command says the same: %s', (line) => {
    const words = line.split(' ');
    const ended = consumer.runAlone('node_modules/lockstep-ppo/dist/cli.js', ...words);
    expect(ended.stderr).toBe(`lockstep: ${SENTENCE}\n`);
    expect(ended.stdout).toBe('');
    expect(ended.status).toBe(2);
  });

  test('the command helps', () => {
    const { status, stdout } = consumer.runAlone('node_modules/lockstep-ppo/dist/cli.js', 'envs');
    expect(stdout).toContain('CartPole-v1');
    expect(status).toBe(0);
  });
});

/** The packages that the page imports, and those that they need. */
function packagesOfPage(): Set<string> {
  const texts = listFiles('page', '.ts').map((path) => readFileSync(join(ROOT, path), 'utf8'));
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const about = readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
    const { dependencies: needed = {} } = JSON.parse(about) as { dependencies?: object };
    for (const each of Object.keys(needed)) add(each);
  };
  for (const text of texts) {
    for (const [, name] of text.matchAll(/\bfrom '([^.'][^']*)'/g)) add(name!);
  }
  return found;
}

describe('the packed files', () => {
  const text = (path: string): string => readFileSync(join(consumer.installed, path), 'utf8');
  const listed = (ending: string): string[] =>
    readdirSync(consumer.installed, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith(ending),
    );

  test('are built by the one script that npm also runs for a git address', () => {
    const builders = ['prepack', 'prepare', 'prepublish', 'prepublishOnly', 'postpack'];
    expect(builders.filter((name) => name in scripts)).toEqual(['prepare']);
  });

  test('hold what every entry names', () => {
    const targets = Object.values(entries).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : Object.values(entry),
    );
    const files = targets.map((target) => target.replace('*', ''));
    expect(files.filter((file) => !existsSync(join(consumer.installed, file)))).toEqual([]);
  });

  test('hold the source maps that the bundles name, and no others', () => {
    const named = listed('.js').flatMap((path) =>
      // The linker has a text with such a line, too.
      [...text(path).matchAll(/^\/\/# sourceMappingURL=(?!data:)(.*)$/gm)].map((match) =>
        join(dirname(path), match[1]!),
      ),
    );
    expect(listed('.map').sort()).toEqual(named.sort());
  });

  test('hold the notices of the packages whose code is in the bundles', () => {
    const maps = listed('.map').flatMap(
      (path) => (JSON.parse(text(path)) as { readonly sources: readonly string[] }).sources,
    );
    const bundled = maps.flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    // The file for pages has no source map; it contains the dependencies, too, but Node's own.
    const inPages = Object.keys(dependencies).filter((name) => name !== 'piscina');
    const names = [...new Set([...bundled, ...inPages, ...packagesOfPage()])].sort();
    expect(names).toContain('wesl');
    const notices = [...text('dist/NOTICES.txt').matchAll(/^-+\n\n(\S+) \d/gm)];
    expect(notices.map((match) => match[1])).toEqual(names);
  });

  test('hold what their documentation links to', () => {
    const broken = listed('.md').flatMap((path) =>
      [...text(path).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
        .map((match) => join(dirname(path), match[1]!))
        .filter((target) => !existsSync(join(consumer.installed, target)))
        .map((target) => `${path} links to ${target}`),
    );
    expect(broken).toEqual([]);
  });
});
