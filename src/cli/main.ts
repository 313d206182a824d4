#!/usr/bin/env node
/** The command `lockstep`: commands that need a device run in a child process, others here. */
import { COMMANDS, type CommandName, rowOf } from './commands';
import { launch } from './launcher';

const argv = process.argv.slice(2);

/** Flags that print something and exit. */
const PRINTING = ['--help', '-h', '--version', '-v', '--print-config'];

/** Only on Linux are drivers known to write to standard error. */
function wantsChild(): boolean {
  const { platform, env } = process;
  if (platform !== 'linux' || env.LOCKSTEP_DEBUG) return false;
  const name = argv.find((word): word is CommandName => Object.hasOwn(COMMANDS, word));
  const opensDevice = name !== undefined && rowOf(name).opensDevice;
  return opensDevice && !argv.some((word) => PRINTING.includes(word));
}

const code = wantsChild() ? await launch(argv) : undefined;
if (code !== undefined) process.exit(code);
// Loaded only here, so that the child starts without waiting for it.
const { runInThisProcess } = await import('./command');
await runInThisProcess(argv);
