#!/usr/bin/env node
/** The command `lockstep`: what needs a device runs in a child process, everything else here. */
import { launch } from './launcher';

const argv = process.argv.slice(2);

/** Flags that print something and end. */
const PRINTING = ['--help', '-h', '--version', '-v', '--print-config'];

/** Elsewhere than on Linux no driver is known to write to standard error. */
function wantsChild(): boolean {
  const { platform, env } = process;
  if (platform !== 'linux' || env.LOCKSTEP_DEBUG) return false;
  const opensDevice = argv.includes('train') || argv.includes('doctor');
  return opensDevice && !argv.some((word) => PRINTING.includes(word));
}

const code = wantsChild() ? await launch(argv) : undefined;
if (code !== undefined) process.exit(code);
// Loaded only here, so that the child does not wait for it.
const { runInThisProcess } = await import('./command');
await runInThisProcess(argv);
