/**
 * Dawn and the Vulkan loader print while adapters are looked for: two warnings for every lavapipe
 * instance about limits that Lockstep never asks for, and complaints about missing drivers where a
 * fallback then succeeds. They do so with a bare fprintf(stderr) that no toggle or callback reaches
 * (dawn's utils/log.cc), so standard error is pointed at a file for the length of one synchronous
 * call. Node cannot duplicate a descriptor, only open it again through /proc; where that could not
 * restore it exactly, nothing is done and the lines stay visible. LOCKSTEP_DEBUG shows them always.
 */
import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const STDERR = 2;
const NOISE = /^Warning: maxDynamic(Uniform|Storage)BuffersPerPipelineLayout artificially reduced/;

/** Everything but the known noise. */
export function withoutNoise(text: string): string {
  return text
    .split(/(?<=\n)/)
    .filter((line) => !NOISE.test(line))
    .join('');
}

interface SavedDescriptor {
  readonly descriptor: number;
  /** As standard error was opened: access mode, append, non-blocking. */
  readonly flags: number;
}

function stderrFlags(): number {
  const information = readFileSync(`/proc/self/fdinfo/${STDERR}`, 'utf8');
  const flags = Number.parseInt(/^flags:\s*([0-7]+)/m.exec(information)?.[1] ?? '', 8);
  const accessMode = constants.O_RDONLY | constants.O_WRONLY | constants.O_RDWR;
  const kept = accessMode | constants.O_APPEND | constants.O_NONBLOCK;
  return (flags & kept) | constants.O_NOCTTY;
}

/**
 * A second descriptor of standard error, or undefined where opening it again would lose something:
 * a file that is not appended to has a position that only duplicates share; sockets cannot be opened.
 */
function saveStderr(): SavedDescriptor | undefined {
  if (process.platform !== 'linux' || process.env.LOCKSTEP_DEBUG) return undefined;
  try {
    for (const lower of [0, 1]) fstatSync(lower);
    const flags = stderrFlags();
    if (fstatSync(STDERR).isFile() && !(flags & constants.O_APPEND)) return undefined;
    return { descriptor: openSync(`/proc/self/fd/${STDERR}`, flags), flags };
  } catch {
    return undefined;
  }
}

/** Closes standard error and opens `path` in its place: the lowest free descriptor. */
function replaceStderr(path: string, flags: number): void {
  closeSync(STDERR);
  openSync(path, flags);
}

/** Points standard error at `file` for the length of `call`. */
function redirected<T>(saved: SavedDescriptor, file: string, call: () => T): T {
  replaceStderr(file, constants.O_WRONLY | constants.O_APPEND);
  try {
    return call();
  } finally {
    replaceStderr(`/proc/self/fd/${saved.descriptor}`, saved.flags);
  }
}

/** An empty file of this process's own, or undefined where none can be written. */
function captureFile(): string | undefined {
  try {
    const file = join(mkdtempSync(join(tmpdir(), 'lockstep-stderr-')), 'stderr');
    writeFileSync(file, '');
    return file;
  } catch {
    return undefined;
  }
}

/** Runs a synchronous call of native code; what it printed, less the noise, goes to `hear`. */
export function runQuietly<T>(call: () => T, hear: (text: string) => void): T {
  const saved = saveStderr();
  const file = saved && captureFile();
  if (!saved || !file) {
    if (saved) closeSync(saved.descriptor);
    return call();
  }
  try {
    return redirected(saved, file, call);
  } finally {
    closeSync(saved.descriptor);
    const text = withoutNoise(readFileSync(file, 'utf8'));
    rmSync(dirname(file), { recursive: true });
    if (text) hear(text);
  }
}
