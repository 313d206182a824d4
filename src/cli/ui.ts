/** `lockstep ui`: serves the page that trains in a browser. */
import type { PageServer } from '../node/page-server';
import type { CommandLine } from './flags';
import { ENDING_SIGNALS, type EndingSignal } from './signals';
import type { Terminal } from './terminal';
import { refusing } from './usage-error';

export interface UiServices {
  /** Rejects where the port cannot be listened on; 0 takes a free one. */
  servePage(port: number): Promise<PageServer>;
  /** Calls `handler` at every signal that ends a run, until the returned function is called. */
  onInterrupt(handler: (signal: EndingSignal) => void): () => void;
}

/** @returns the exit code, once a signal has ended the server. */
export async function ui(
  { port }: Pick<CommandLine, 'port'>,
  { servePage, onInterrupt }: UiServices,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const server = await refusing(servePage(port));
  stdout.write(`${server.address}\n`);
  stderr.write(
    'the page trains in a browser with WebGPU on this machine; Ctrl-C ends the server\n',
  );
  const signal = await new Promise<EndingSignal>((resolve) => {
    onInterrupt(resolve);
  });
  await server.close();
  return ENDING_SIGNALS[signal];
}
