/** `lockstep ui`: the built command serves the page of the build, and ends in good order. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { ENDING_SIGNALS } from '../../src/cli/signals';
import { chromiumProblem, withPage } from '../support/chromium';
import { ensureBuilt, lockstep } from '../support/lockstep';
import { SMALL, untilPoints } from '../support/page-site';

beforeAll(ensureBuilt);

const problem = await chromiumProblem();

/** Calls `visit` with the address while the command serves. */
async function whileServed(visit: (address: string) => Promise<void>) {
  let visited: Promise<void> | undefined;
  const result = await lockstep('ui --port 0', {
    steps: [
      {
        stdout: /\n$/,
        stderr: /Ctrl-C ends the server/,
        act: (child, stdout) => {
          visited = visit(stdout.trim()).finally(() => child.kill('SIGINT'));
        },
      },
    ],
  });
  await visited;
  return result;
}

describe.skipIf(process.platform === 'win32')('the server', () => {
  test('has the page and the library, with a strict policy, and nothing else', async () => {
    const ended = await whileServed(async (address) => {
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const get = (path: string, method = 'GET') => fetch(new URL(path, address), { method });
      const page = await get('');
      expect(page.headers.get('content-security-policy')).toBe("default-src 'self'");
      expect(await page.text()).toContain('<h1>Lockstep</h1>');
      for (const name of ['main.js', 'worker.js', 'lockstep.js']) {
        const script = await get(name);
        expect(script.headers.get('content-type')).toContain('text/javascript');
        expect((await script.text()).length).toBeGreaterThan(1000);
      }
      const missing = ['package.json', '../../package.json', '%2e%2e/%2e%2e/package.json'];
      for (const path of missing) expect((await get(path)).status).toBe(404);
      expect((await get('', 'POST')).status).toBe(405);
    });
    expect(ended.code).toBe(ENDING_SIGNALS.SIGINT);
  });

  test.skipIf(problem !== undefined)('serves a page that trains', async () => {
    await whileServed(async (address) => {
      await withPage({}, async (page) => {
        await page.goto(`${address}#${SMALL}`);
        await untilPoints(page, 3);
      });
    });
  });
});

test('a port that is in use is refused, with what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await lockstep(`ui --port ${port}`);
  other.close();
  expect(stderr).toBe(`lockstep: port ${port} is in use; --port 0 takes a free one\n`);
  expect(code).toBe(2);
});

test('a port out of range is refused', async () => {
  const { code, stderr } = await lockstep('ui --port 70000');
  expect(stderr).toContain('--port 70000: the port must be an integer from 0 to 65535');
  expect(code).toBe(2);
});
