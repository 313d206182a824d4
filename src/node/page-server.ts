/** Serves the page that trains in a browser, to this machine only. */
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { packageFile } from './package-file';

const HOST = '127.0.0.1';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** The page needs nothing from elsewhere, and no code in texts. */
const HEADERS = {
  'Content-Security-Policy': "default-src 'self'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
};

export interface PageServer {
  /** Where the page is, e.g. "http://127.0.0.1:7777/". */
  readonly address: string;
  close(): Promise<void>;
}

/** The port cannot be listened on. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/** The files of the page by their paths in its address. */
async function findFiles(): Promise<ReadonlyMap<string, string>> {
  const folder = packageFile('dist/page');
  const names = await readdir(folder);
  const files = names.map((name): [string, string] => [`/${name}`, join(folder, name)]);
  const index = join(folder, 'index.html');
  // The library for pages is not kept twice in the package.
  return new Map([...files, ['/', index], ['/lockstep.js', packageFile('dist/browser.js')]]);
}

async function answer(
  files: ReadonlyMap<string, string>,
  { method, url = '/' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const file = files.get(new URL(url, `http://${HOST}`).pathname);
  const allowed = method === 'GET' || method === 'HEAD';
  if (!file || !allowed) {
    response.writeHead(file ? 405 : 404, { ...HEADERS, 'Content-Type': 'text/plain' });
    response.end(file ? 'only GET and HEAD are allowed\n' : 'not found\n');
    return;
  }
  const body = await readFile(file);
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { ...HEADERS, 'Content-Type': type });
  response.end(method === 'HEAD' ? undefined : body);
}

/**
 * @param port 0 takes a free one
 * @throws PortError for a port that is in use or not allowed.
 */
export async function servePage(port: number): Promise<PageServer> {
  const files = await findFiles();
  const server = createServer((request, response) => {
    answer(files, request, response).catch(() => response.destroy());
  });
  await listen(server, port);
  return {
    address: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code})`;
      reject(new PortError(`port ${port} ${reason}; --port 0 takes a free one`));
    });
    server.listen(port, HOST, resolve);
  });
}
