/** The page as `npm run page` builds it, for `withPage`, and what tests do in it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { type ServedFile, withPage } from './chromium';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};
const HEADERS = { 'Content-Security-Policy': "default-src 'self'" };

type Site = Readonly<Record<string, ServedFile>>;

let built: Site | undefined;

/** The files below a folder of the server, which need not be its root. */
export function pageSite(): Site {
  built ??= buildSite();
  return built;
}

/** Where the page lies on the server. */
export const FOLDER = '/somewhere/below/';

function buildSite(): Site {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-page-'));
  try {
    execFileSync(process.execPath, ['scripts/page.mjs', folder], { stdio: 'pipe' });
    const files = readdirSync(folder).map((name): [string, ServedFile] => {
      const type = TYPES[extname(name)] ?? 'text/plain';
      return [FOLDER + name, { body: readFileSync(join(folder, name)), type, headers: HEADERS }];
    });
    const site = Object.fromEntries(files);
    return { ...site, [FOLDER]: site[`${FOLDER}index.html`]! };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Small enough for SwiftShader, and many iterations. */
export const SMALL =
  'environment=CartPole-v1&seed=3&numEnvs=8&numSteps=16&hiddenSizes=%5B8%2C8%5D' +
  '&numMinibatches=2&updateEpochs=2&totalTimesteps=7680';
export const SMALL_ITERATIONS = 7680 / (8 * 16);
/** The same, but it does not end while a test pauses it. */
export const LONG = SMALL.replace('7680', '768000');

/** Milliseconds; kernels compile for a minute where a processor with other work does it. */
const PATIENCE = 300_000;

/** Calls `visit` with the page, opened at a fragment. */
export function visitPage<T>(
  fragment: string,
  visit: (page: Page) => Promise<T>,
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<T> {
  return withPage(pageSite(), async (page) => {
    page.setDefaultTimeout(PATIENCE);
    await prepare(page);
    await open(page, fragment);
    return visit(page);
  });
}

/** Opens the page anew. */
export async function open(page: Page, fragment: string): Promise<void> {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/`);
  await page.goto(origin + FOLDER + (fragment && `#${fragment}`));
}

/** Waits until training is in a state. */
export async function untilStatus(page: Page, status: string): Promise<void> {
  await page.waitForSelector(`body[data-status=${status}]`);
}

/** Reports that the plot of a metric shows. */
export async function pointsOf(page: Page, metric = 'return'): Promise<number> {
  return Number(await page.getAttribute(`[data-metric=${metric}]`, 'data-points'));
}

/** Waits for so many reports. */
export async function untilPoints(page: Page, count: number): Promise<void> {
  await page.waitForFunction((least) => {
    const panel = document.querySelector<HTMLElement>('[data-metric=return]');
    return Number(panel?.dataset.points ?? 0) >= least;
  }, count);
}

/** The value that a plot shows beside its heading. */
export async function shownValue(page: Page, metric: string): Promise<string> {
  return page.innerText(`[data-metric=${metric}] .value`);
}

export interface Fingerprint {
  readonly iteration: number;
  readonly hash: string;
}

/** What the page says of the parameters while training rests in a state. */
export async function fingerprintAt(page: Page, status: string): Promise<Fingerprint> {
  await untilStatus(page, status);
  const code = page.locator('#fingerprint code');
  await code.waitFor();
  const hash = (await code.getAttribute('data-hash'))!;
  return { iteration: Number(await code.getAttribute('data-iteration')), hash };
}

/** Saves a file by a button. */
export async function saved(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return readFileSync((await download.path())!);
}

/** Gives the page a checkpoint. */
export async function load(page: Page, buffer: Buffer): Promise<void> {
  const file = { name: 'run.safetensors', mimeType: 'application/octet-stream', buffer };
  await page.setInputFiles('#load', file);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, one line each. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (Reflect.get(window, 'axe') as typeof import('axe-core')).run(),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Errors and warnings of the browser, such as of the Content-Security-Policy. */
export function complaintsOf(page: Page): string[] {
  const texts: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) texts.push(message.text());
  });
  return texts;
}
