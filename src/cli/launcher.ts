/**
 * Runs the command in a child process, because Dawn and the drivers write to standard error and
 * have no option against it: the child's standard error is a pipe, which is filtered here. The
 * child writes its own lines to descriptor 3, the real standard error, so that they keep their
 * order and their terminal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DriverLines } from './driver-lines';
import { ENDING_SIGNALS, onSignals } from './signals';

const CHILD = fileURLToPath(new URL('./cli-child.js', import.meta.url));

/** The child's message: whether it shuts down in order when it receives a signal. */
export interface ChildMessage {
  readonly endsInOrder: boolean;
}

/** @returns the exit code, or undefined if no process can be started. */
export function launch(argv: readonly string[]): Promise<number | undefined> {
  const child = spawn(process.execPath, [...process.execArgv, CHILD, ...argv], {
    stdio: ['inherit', 'inherit', 'pipe', 2, 'ipc'],
  });
  const lines = forwardLines(child);
  const ignoreSignals = forwardSignals(child);
  return new Promise((resolve) => {
    child.on('error', () => {
      if (child.pid !== undefined) return;
      ignoreSignals();
      resolve(undefined);
    });
    child.on('close', (code, signal) => {
      process.stderr.write(lines.finish());
      if (signal) process.stderr.write(`lockstep: the run was ended by ${describe(signal)}\n`);
      process.stderr.write('', () => resolve(code ?? 128 + constants.signals[signal!]));
    });
  });
}

function forwardLines(child: ChildProcess): DriverLines {
  const lines = new DriverLines();
  // The reader of standard error may have gone away.
  process.stderr.on('error', () => {});
  child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
    const shown = lines.take(piece);
    if (shown !== '') process.stderr.write(shown);
  });
  return lines;
}

/**
 * A terminal sends its signals to the child too, which leaves them to this process. During training
 * the first signal makes the child shut down in order; otherwise a signal ends both at once.
 */
function forwardSignals(child: ChildProcess): () => void {
  let endsInOrder = false;
  let signals = 0;
  child.on('message', (message) => {
    endsInOrder = (message as ChildMessage).endsInOrder;
  });
  const ignore = onSignals((signal) => {
    signals += 1;
    if (signals === 1 && endsInOrder) {
      child.send(signal, () => {});
      return;
    }
    child.removeAllListeners('close').kill('SIGKILL');
    if (signals > 1) process.exit(ENDING_SIGNALS[signal]);
    ignore();
    process.kill(process.pid, signal);
  });
  return ignore;
}

function describe(signal: NodeJS.Signals): string {
  return signal === 'SIGKILL' ? `${signal}, which the system sends when memory runs out` : signal;
}
