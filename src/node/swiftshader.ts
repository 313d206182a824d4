/**
 * SwiftShader from the npm package `@sparticuz/chromium`: a software Vulkan driver that needs
 * neither root nor a package manager. Only files of the package are used; its code is never run.
 *
 * Dawn opens a `libvulkan.so.1` beside its own file before the system's. So a copy of Dawn is
 * placed beside the driver of that name, which it then finds in every thread. Environment variables
 * would not work: those of a worker thread are a copy that native code does not see.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { ensureUnpacked, privateCacheFolder, readTar } from './archive';

const PACKAGE = '@sparticuz/chromium';
const DRIVER = 'libvk_swiftshader.so';
const LIBRARY = 'libvulkan.so.1';
const DAWN = 'dawn.node';

/** Location of the package's compressed files. */
export interface ChromiumPackage {
  readonly version: string;
  /** Absolute path of its folder `bin`. */
  readonly bin: string;
}

export interface SwiftShaderFiles {
  /** Absolute path of the folder that holds the driver as `libvulkan.so.1`. */
  readonly folder: string;
  /** Absolute path of a copy of Dawn that opens it, for `process.dlopen`. */
  readonly dawn: string;
}

/** The package's libraries are built only for this platform. */
function isGlibcLinuxX64(): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  // Otherwise the report resolves the names of open connections, which can take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

/**
 * Resolves from this file, then from the working directory (for package managers that do not
 * hoist).
 */
function resolvePackage(): string | undefined {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from).resolve(PACKAGE);
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

/** The installed package; undefined if it is absent or made for another platform. */
export function findChromiumPackage(): ChromiumPackage | undefined {
  const entry = isGlibcLinuxX64() ? resolvePackage() : undefined;
  if (entry === undefined) return undefined;
  const root = join(entry, '../../..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { version, bin: join(root, 'bin') };
}

/** Decompresses one `.br` file of the package. */
export async function decompress(path: string): Promise<Buffer> {
  return promisify(brotliDecompress)(await readFile(path));
}

/** The version of the npm package `webgpu`, and the path of its Dawn for this platform. */
async function findDawn(): Promise<{ version: string; path: string }> {
  const manifest = createRequire(import.meta.url).resolve('webgpu/package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string };
  return { version, path: join(manifest, '../dist/linux-x64', DAWN) };
}

/**
 * Unpacks the driver beside a copy of Dawn, once per user and versions; undefined without the
 * package.
 */
export async function unpackSwiftShader(
  found: ChromiumPackage | undefined = findChromiumPackage(),
  parent?: string,
): Promise<SwiftShaderFiles | undefined> {
  if (!found) return undefined;
  const dawn = await findDawn();
  const name = `lockstep-swiftshader-${found.version}-dawn-${dawn.version}`;
  const folder = await privateCacheFolder(name, parent);
  await ensureUnpacked(folder, [LIBRARY, DAWN], async () => {
    const archive = readTar(await decompress(join(found.bin, 'swiftshader.tar.br')));
    const driver = archive.get(DRIVER);
    if (!driver) throw new Error(`the package ${PACKAGE} does not contain ${DRIVER}`);
    return new Map([
      [LIBRARY, driver],
      [DAWN, await readFile(dawn.path)],
    ]);
  });
  return { folder, dawn: join(folder, DAWN) };
}
