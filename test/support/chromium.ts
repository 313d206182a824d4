/** Headless Chromium from the npm package `@sparticuz/chromium`, with WebGPU on SwiftShader. */
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { ensureUnpacked, privateCacheFolder, readTar } from '../../src/node/archive';
import { type ChromiumPackage, decompress, findChromiumPackage } from '../../src/node/swiftshader';

const FLAGS: readonly string[] = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  // Without these, a canvas that WebGPU draws on takes the device away.
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  '--enable-features=Vulkan,DefaultANGLEVulkan,VulkanFromANGLE',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
/** Without the two GL libraries, too, the GPU process offers no adapter. */
const DRIVERS = [
  'libEGL.so',
  'libGLESv2.so',
  'libvk_swiftshader.so',
  'libvulkan.so.1',
  'vk_swiftshader_icd.json',
];
const LIBRARIES = [
  'libexpat.so.1',
  'libfreebl3.so',
  'libfreeblpriv3.so',
  'libnspr4.so',
  'libnss3.so',
  'libnssutil3.so',
  'libplc4.so',
  'libplds4.so',
  'libsoftokn3.so',
];

export interface ServedFile {
  readonly body: string | Uint8Array;
  /** Value of the header Content-Type, e.g. "text/javascript". */
  readonly type: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string>>;

interface RunnableChromium {
  readonly executable: string;
  readonly environment: Environment;
}

/** Unpacks the browser and, next to it, its Vulkan driver. */
async function unpackChromium(found: ChromiumPackage): Promise<string> {
  const folder = await privateCacheFolder(`lockstep-chromium-${found.version}`);
  await ensureUnpacked(
    folder,
    ['chromium'],
    async () => new Map([['chromium', await decompress(join(found.bin, 'chromium.br'))]]),
  );
  await ensureUnpacked(folder, DRIVERS, async () =>
    readTar(await decompress(join(found.bin, 'swiftshader.tar.br'))),
  );
  return join(folder, 'chromium');
}

/** NSS and expat for machines without them. */
async function unpackLibraries(found: ChromiumPackage): Promise<string> {
  const folder = await privateCacheFolder(`lockstep-chromium-libraries-${found.version}`);
  await ensureUnpacked(folder, LIBRARIES, async () =>
    readTar(await decompress(join(found.bin, 'al2023.tar.br'))),
  );
  return folder;
}

/** The reason why the executable does not start; undefined if it does. */
async function startProblem(
  executable: string,
  environment: Environment,
): Promise<string | undefined> {
  try {
    const env = { ...process.env, ...environment };
    await promisify(execFile)(executable, ['--version'], { env });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

async function findChromium(): Promise<RunnableChromium | string> {
  const found = findChromiumPackage();
  if (!found) return '@sparticuz/chromium is not installed, or this is not x64 glibc Linux';
  const executable = await unpackChromium(found);
  if (!(await startProblem(executable, {}))) return { executable, environment: {} };
  const environment = { LD_LIBRARY_PATH: await unpackLibraries(found) };
  return (await startProblem(executable, environment)) ?? { executable, environment };
}

let chromiumHere: Promise<RunnableChromium | string> | undefined;

function chromiumOnce(): Promise<RunnableChromium | string> {
  chromiumHere ??= findChromium();
  return chromiumHere;
}

/** The reason why no browser runs here, for the name of a skipped suite; undefined if one does. */
export async function chromiumProblem(): Promise<string | undefined> {
  const found = await chromiumOnce();
  return typeof found === 'string' ? found : undefined;
}

const BLANK: ServedFile = { body: '<!doctype html><title>test</title>', type: 'text/html' };

async function serve(files: Readonly<Record<string, ServedFile>>): Promise<Server> {
  const known: Readonly<Record<string, ServedFile>> = {
    '/': BLANK,
    '/favicon.ico': { body: '', type: 'image/x-icon' },
    ...files,
  };
  const server = createServer((request, response) => {
    const file = known[new URL(request.url ?? '/', 'http://localhost').pathname];
    const type = file?.type ?? 'text/plain';
    response.writeHead(file ? 200 : 404, { 'Content-Type': type, ...file?.headers });
    response.end(file?.body ?? 'not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function launch({ executable, environment }: RunnableChromium) {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return chromium.launch({
    executablePath: executable,
    chromiumSandbox: false,
    args: [...FLAGS],
    env: { ...Object.fromEntries(inherited), ...environment },
  });
}

/**
 * Serves `files` by their paths on this machine, opens `/` (blank unless given) in a fresh browser,
 * and calls `visit` with the page.
 * @throws Error also if the page threw an uncaught error.
 */
export async function withPage<T>(
  files: Readonly<Record<string, ServedFile>>,
  visit: (page: Page) => Promise<T>,
): Promise<T> {
  const found = await chromiumOnce();
  if (typeof found === 'string') throw new Error(`no Chromium: ${found}`);
  const server = await serve(files);
  const browser = await launch(found);
  try {
    // The name of the system's language may be none that browsers have, such as en-US@posix.
    const page = await browser.newPage({ locale: 'en-US' });
    const uncaught: Error[] = [];
    page.on('pageerror', (error) => uncaught.push(error));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const result = await visit(page);
    if (uncaught[0]) throw uncaught[0];
    return result;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
