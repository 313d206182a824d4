/** Runs a contestant in headless Chromium and passes its protocol on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServedFile, withPage } from '../../test/support/chromium';
import { wasmFolder } from './backends';
import type { Event, Say } from './protocol';
import type { Settings } from './workload';

/** Without these a page has no SharedArrayBuffer. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** All computing is done in a worker: a page's own thread must not sleep. */
const PAGE = `<!doctype html><script type="module">
  const worker = new Worker('/contestant.js', { type: 'module' });
  window.contest = (settings) => new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => {
      if (data.event) window.say(data.event);
      else if (data.error) reject(new Error(data.error));
      else resolve();
    };
    worker.postMessage({ settings });
  });
  window.tell = (line) => worker.postMessage({ line });
</script>`;

interface ContestWindow {
  readonly contest?: (settings: Settings) => Promise<void>;
  readonly tell: (line: string) => void;
}

function folderFiles(folder: string, ending: string, type: string): Record<string, ServedFile> {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return Object.fromEntries(
    names.map((name) => {
      const body = readFileSync(join(folder, name));
      return [`/${name}`, { body, type, headers: ISOLATED }];
    }),
  );
}

function servedFiles(): Record<string, ServedFile> {
  return {
    '/': { body: PAGE, type: 'text/html', headers: ISOLATED },
    ...folderFiles(join(import.meta.dirname, 'tfjs-browser'), '.js', 'text/javascript'),
    ...folderFiles(wasmFolder(), '.wasm', 'application/wasm'),
  };
}

export async function runInBrowser(
  settings: Settings,
  readLines: () => AsyncIterable<string>,
  say: Say,
): Promise<void> {
  await withPage(servedFiles(), async (page) => {
    const tell = (line: string): Promise<void> =>
      page.evaluate((text) => (window as unknown as ContestWindow).tell(text), line);
    const passOn = async (): Promise<void> => {
      for await (const line of readLines()) await tell(line);
      await tell('quit');
    };
    await page.exposeFunction('say', (event: Event) => say(event));
    await page.waitForFunction(() => (window as unknown as ContestWindow).contest !== undefined);
    const contest = page.evaluate(
      (given) => (window as unknown as ContestWindow).contest!(given),
      settings,
    );
    if (!settings.solve) passOn().catch(() => undefined);
    await contest;
  });
}
