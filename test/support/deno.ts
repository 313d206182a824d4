/** Deno from the npm package `deno`, whose WebGPU is wgpu with naga, as in Firefox. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { unpackSwiftShader } from '../../src/node/swiftshader';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MILLISECONDS = 600_000;

type Variables = Readonly<Record<string, string>>;

/** Environment variables that make Deno use the adapter of the tests, by its name. */
async function adapterVariables(adapter: string): Promise<Variables> {
  const files = /swiftshader/i.test(adapter) ? await unpackSwiftShader() : undefined;
  if (!files) return {};
  return {
    LD_LIBRARY_PATH: [files.folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
  };
}

export class Deno {
  private constructor(
    private readonly launcher: string,
    private readonly variables: Variables,
  ) {}

  /** @throws Error with the reason if there is no Deno, or none with an adapter. */
  static async find(adapter: string): Promise<Deno> {
    const launcher = createRequire(import.meta.url).resolve('deno/bin.cjs');
    const deno = new Deno(launcher, await adapterVariables(adapter));
    const found = deno.run('say((await navigator.gpu.requestAdapter()) !== null);');
    if (found !== true) throw new Error('Deno finds no adapter');
    return deno;
  }

  /**
   * Runs a TypeScript program, bundled, whose imports start at the project's root.
   * @returns the value that it passes to the function `say`
   * @throws Error with its last lines of output if it fails or calls `say` never
   */
  run(source: string): unknown {
    const cache = join(root, 'node_modules', '.cache');
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'lockstep-deno-'));
    try {
      const say = 'const say = (value) => console.log("said " + JSON.stringify(value));\n';
      const { outputFiles } = buildSync({
        stdin: { contents: `${say}${source}\nDeno.exit(0);`, resolveDir: root, loader: 'ts' },
        ...{ bundle: true, format: 'esm', platform: 'browser', target: 'es2022', write: false },
        loader: { '.wesl': 'text' },
      });
      const file = join(folder, 'program.mjs');
      writeFileSync(file, outputFiles[0]!.contents);
      const argv = [this.launcher, 'run', '--no-config', '--allow-all', file];
      const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
        env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1', ...this.variables },
        ...{ encoding: 'utf8', timeout: MILLISECONDS },
      });
      const said = /^said (.*)$/m.exec(stdout)?.[1];
      if (status === 0 && said !== undefined) return JSON.parse(said);
      throw new Error(`Deno ended with ${status}:\n${`${stdout}${stderr}`.slice(-4000)}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

/** Deno, or the reason why it cannot be used here. */
export async function findDeno(adapter: string): Promise<Deno | string> {
  try {
    return await Deno.find(adapter);
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}
