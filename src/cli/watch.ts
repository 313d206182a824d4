/** `lockstep watch`: episodes of a trained policy, drawn in the terminal. */
import { type Frame, framesOf } from '../drawing/frames';
import type { EnvironmentDefinition } from '../environments/definition';
import { formatCaption, formatEpisode, formatReturns } from './caption';
import { type OpenGpu, withGpu } from './device';
import { quote } from './flag-values';
import type { CommandLine } from './flags';
import { Interrupts } from './interrupts';
import { Pacer, pictureLines } from './picture';
import { Screen } from './screen';
import { createPlayer, openShown, rateOf, type ShowServices } from './show-services';
import type { Terminal } from './terminal';

const EPISODES = 3;
/** Milliseconds for which the last state of an episode is shown. */
const LAST_STATE = 1000;
/** Most pictures per second; of more steps some are left out. */
const MOST_PICTURES = 50;
/** Lines below a picture. */
const CAPTION_LINES = 2;

/** @returns the exit code. */
export async function watch<G extends OpenGpu>(
  line: CommandLine,
  services: ShowServices<G>,
  terminal: Terminal,
): Promise<number> {
  const shown = await openShown(line, services, line.operands[1]);
  const { environment, params } = shown;
  const { stdout, stderr } = terminal;
  const { episodes = EPISODES, sample, agent } = line;
  const announce = ({ adapter }: G): void =>
    void stderr.write(`${environment.id} on ${adapter.name}\n`);
  return withGpu(services, line, { stderr, announce }, async (gpu) => {
    const player = await createPlayer(gpu, shown, services);
    const frames = framesOf(environment, player.play({ episodes, greedy: !sample, agent, params }));
    const rate = rateOf(line, environment);
    const show = { environment, frames, episodes, rate };
    return stdout.isTTY
      ? showLive(show, services, terminal)
      : showPlain(show, line.operands[0]!, services, terminal);
  });
}

interface Show {
  readonly environment: EnvironmentDefinition;
  readonly frames: AsyncGenerator<Frame, void, undefined>;
  readonly episodes: number;
  /** Steps per second. */
  readonly rate: number;
}

async function showLive<G extends OpenGpu>(
  { environment, frames, episodes, rate }: Show,
  services: ShowServices<G>,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const screen = new Screen(stdout);
  const interrupts = new Interrupts(
    services,
    (text) => stderr.write(`${text}\n`),
    () => screen.end(),
  );
  const pacer = new Pacer(services);
  const every = Math.ceil(rate / MOST_PICTURES);
  const returns: number[] = [];
  try {
    for await (const frame of frames) {
      if (interrupts.happened) break;
      const { step, sum, ending } = frame;
      if (ending) returns.push(sum);
      else if (step % every !== 0) continue;
      const { columns, rows } = screen.size;
      const size = { columns, rows: rows - CAPTION_LINES };
      const picture = pictureLines(frame.drawing, size, stdout.color ?? false);
      screen.show([...picture, '', formatCaption(environment, frame, episodes)]);
      await pacer.wait(ending ? LAST_STATE : (1000 * every) / rate);
    }
  } finally {
    screen.end();
    interrupts.ignore();
  }
  if (returns.length > 0) stdout.write(`${formatReturns(returns)}\n`);
  return interrupts.code;
}

/** Without a terminal, a line for each episode. */
async function showPlain<G extends OpenGpu>(
  { frames }: Show,
  path: string,
  services: ShowServices<G>,
  { stdout, stderr }: Terminal,
): Promise<number> {
  stderr.write(
    'standard output is not a terminal, so nothing is drawn; ' +
      `lockstep record ${quote(path)} out.gif makes a picture\n`,
  );
  const interrupts = new Interrupts(services, (text) => stderr.write(`${text}\n`));
  const returns: number[] = [];
  try {
    for await (const frame of frames) {
      if (interrupts.happened) break;
      if (!frame.ending) continue;
      returns.push(frame.sum);
      stdout.write(`${formatEpisode(frame)}\n`);
    }
  } finally {
    interrupts.ignore();
  }
  if (returns.length > 0) stdout.write(`${formatReturns(returns)}\n`);
  return interrupts.code;
}
