/** `lockstep record`: episodes of a trained policy as a moving picture or as a contact sheet. */
import { type Frame, framesOf } from '../drawing/frames';
import type { MovingOptions } from '../drawing/recording';
import { formatEpisode, formatReturns } from './caption';
import { type OpenGpu, withGpu } from './device';
import type { CommandLine } from './flags';
import { Interrupts } from './interrupts';
import { formatInteger } from './numbers';
import { createPlayer, openShown, rateOf, type ShowServices } from './show-services';
import type { Terminal } from './terminal';
import { refusing, UsageError } from './usage-error';

const WIDTHS = { gif: 360, png: 240 } as const;
/** Most seconds of a moving picture; the rest is left out. */
const MOST_SECONDS = 60;

export interface RecordServices<G extends OpenGpu> extends ShowServices<G> {
  /** Writes a whole file; errors begin with the path. */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  /** Makes the file of a moving picture. */
  recordGif(frames: readonly Frame[], options: MovingOptions): Promise<Uint8Array>;
  /** Makes the file of a contact sheet. */
  recordSheet(frames: readonly Frame[], options: MovingOptions): Promise<Uint8Array>;
}

/** @returns the exit code. */
export async function record<G extends OpenGpu>(
  line: CommandLine,
  services: RecordServices<G>,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const path = line.operands[1]!;
  const format = formatOf(line, path);
  const shown = await openShown(line, services, line.operands[2]);
  await refusing(services.policyFiles.checkWritable(path));
  const { environment, params } = shown;
  const options = {
    width: line.width ?? WIDTHS[format],
    theme: line.dark ? ('dark' as const) : ('light' as const),
    stepsPerSecond: rateOf(line, environment),
  };
  const announce = ({ adapter }: G): void =>
    void stderr.write(`${environment.id} on ${adapter.name}\n`);
  return withGpu(services, line, { stderr, announce }, async (gpu) => {
    const player = await createPlayer(gpu, shown, services);
    const interrupts = new Interrupts(services, (text) => stderr.write(`${text}\n`));
    try {
      const { episodes = 1, agent, sample } = line;
      const steps = player.play({ episodes, agent, greedy: !sample, params });
      const most = format === 'gif' ? Math.max(1, MOST_SECONDS * options.stepsPerSecond) : Infinity;
      const all = await collect(framesOf(environment, steps), most, interrupts);
      if (interrupts.happened) return interrupts.code;
      const frames = all.slice(0, most);
      if (all.length > most) stderr.write(`only the first ${MOST_SECONDS} s are recorded\n`);
      const make = format === 'gif' ? services.recordGif : services.recordSheet;
      const bytes = await make(frames, options);
      await services.writeFile(path, bytes);
      stdout.write(`${formatRecorded(path, frames, bytes.length)}\n`);
      return interrupts.code;
    } finally {
      interrupts.ignore();
    }
  });
}

/** @throws UsageError for a file of another kind, or several episodes in a sheet. */
function formatOf({ episodes = 1 }: CommandLine, path: string): 'gif' | 'png' {
  const format = /\.(gif|png)$/i.exec(path)?.[1]?.toLowerCase() as 'gif' | 'png' | undefined;
  if (!format) throw new UsageError(`${path}: the file must end in .gif or .png`);
  if (format === 'gif' || episodes === 1) return format;
  throw new UsageError(`--episodes ${episodes}: a .png shows one episode; a .gif can show several`);
}

/** The frames, at most one more than `most`, so that the caller sees that there are more. */
async function collect(
  frames: AsyncGenerator<Frame, void, undefined>,
  most: number,
  interrupts: Interrupts,
): Promise<Frame[]> {
  const collected: Frame[] = [];
  for await (const frame of frames) {
    if (interrupts.happened || collected.length > most) break;
    collected.push(frame);
  }
  return collected;
}

function formatRecorded(path: string, frames: readonly Frame[], bytes: number): string {
  const ended = frames.filter(({ ending }) => ending);
  const episodes =
    ended.length === 1 ? formatEpisode(ended[0]!) : formatReturns(ended.map(({ sum }) => sum));
  const size = `${formatInteger(Math.ceil(bytes / 1000))} kB`;
  return `${path}: ${size}${ended.length > 0 ? `; ${episodes}` : ''}`;
}
