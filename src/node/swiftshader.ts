/**
 * SwiftShader out of the npm package `@sparticuz/chromium`: a software Vulkan driver that needs
 * neither root nor a package manager. Only files are taken from there; its code is never run.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { ensureUnpacked, privateCacheFolder, readTar } from './archive';

const PACKAGE = '@sparticuz/chromium';
const LOADER = 'libvulkan.so.1';
const ICD = 'vk_swiftshader_icd.json';
const FILES: readonly string[] = [LOADER, 'libvk_swiftshader.so', ICD];

/** Where the package's compressed files lie. */
export interface ChromiumPackage {
  readonly version: string;
  /** Absolute path of its folder `bin`. */
  readonly bin: string;
}

export interface SwiftShaderFiles {
  /** Absolute path of a Vulkan loader. */
  readonly loader: string;
  /** Absolute path of the driver's description, for VK_DRIVER_FILES. */
  readonly icd: string;
}

/** Its libraries are built for this platform alone. */
function isGlibcLinuxX64(): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  // Looking up the names of open connections could take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

/** Looks from this file, then from the working directory (package managers that do not hoist). */
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

/** The installed package, or undefined where it is absent or made for another platform. */
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

/** Unpacks loader and driver once per user and version; undefined without the package. */
export async function unpackSwiftShader(
  found: ChromiumPackage | undefined = findChromiumPackage(),
  parent?: string,
): Promise<SwiftShaderFiles | undefined> {
  if (!found) return undefined;
  const folder = await privateCacheFolder(`lockstep-swiftshader-${found.version}`, parent);
  await ensureUnpacked(folder, FILES, async () =>
    readTar(await decompress(join(found.bin, 'swiftshader.tar.br'))),
  );
  return { loader: join(folder, LOADER), icd: join(folder, ICD) };
}
