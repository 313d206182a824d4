/** The contestant in a worker of a page: settings and lines come in, events go out. */
import { createLearner } from '../create-learner';
import { type Event, serve, solve } from '../protocol';
import type { Settings } from '../workload';
import { pagePlatform } from './platform';

type Message = { readonly settings: Settings } | { readonly line: string };

const lines: string[] = [];
let wake: (() => void) | undefined;

/** The lines as they come, for ever. */
async function* readLines(): AsyncIterable<string> {
  for (;;) {
    const line = lines.shift();
    if (line !== undefined) yield line;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

const say = (event: Event): void => self.postMessage({ event });

async function contest(settings: Settings): Promise<void> {
  const learner = await createLearner(pagePlatform, settings);
  if (settings.solve) await solve(learner, settings.solve, 0, say);
  else await serve(settings.name, learner, readLines, say);
  learner.close();
}

self.onmessage = ({ data }: MessageEvent<Message>) => {
  if ('line' in data) {
    lines.push(data.line);
    wake?.();
    return;
  }
  contest(data.settings).then(
    () => self.postMessage({}),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
};
