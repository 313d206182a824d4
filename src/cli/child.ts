/**
 * The process that the launcher starts. Drivers write to its standard error, the command itself to
 * descriptor 3.
 */
import { writeSync } from 'node:fs';
import { run } from './command';
import { SEARCH_BEGINS, SEARCH_ENDS } from './driver-lines';
import type { ChildMessage } from './launcher';
import { ProcessOutput } from './process-output';
import { ENDING_SIGNALS, type EndingSignal, onSignals } from './signals';

const DRIVERS = 2;
const PEOPLE = 3;

let handler: ((signal: EndingSignal) => void) | undefined;

function handle(given: typeof handler): void {
  handler = given;
  const message: ChildMessage = { endsInOrder: given !== undefined };
  if (process.connected) process.send!(message);
}

onSignals(() => {});
process.on('message', (signal: EndingSignal) => {
  if (handler) handler(signal);
  else process.exit(ENDING_SIGNALS[signal]);
});
// The launcher was killed.
process.on('disconnect', () => process.exit(1));

await run(process.argv.slice(2), {
  stdout: new ProcessOutput(1),
  stderr: new ProcessOutput(PEOPLE),
  onInterrupt: (given) => {
    handle(given);
    return () => handle(undefined);
  },
  searchForAdapters: async (search) => {
    writeSync(DRIVERS, `${SEARCH_BEGINS}\n`);
    const found = await search();
    writeSync(DRIVERS, `${SEARCH_ENDS}\n`);
    return found;
  },
});
