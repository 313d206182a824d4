/** `lockstep env`: begins an environment of the user's own, and tries one out. */
import { type Frame, framesOf } from '../drawing/frames';
import type { EnvironmentDefinition } from '../environments/definition';
import type { CheckOptions, EnvironmentCheck } from '../trainer/environment-check';
import type { PlayedStep } from '../trainer/played-step';
import { type OpenGpu, withGpu } from './device';
import { quote } from './flag-values';
import type { CommandLine } from './flags';
import { formatInteger, formatSpread, oneDecimal } from './numbers';
import type { RecordServices } from './record';
import { meanOf } from './run-figures';
import { environmentOf } from './run-source';
import { formatTable } from './table';
import type { Terminal } from './terminal';
import { refusing, UsageError } from './usage-error';

export interface EnvServices<G extends OpenGpu> extends RecordServices<G> {
  /**
   * Writes the template into a new folder.
   * @throws Error that begins with the path.
   */
  writeTemplate(name: string): Promise<readonly string[]>;
  /** The module of an environment that `writeTemplate` has begun; undefined if there is none. */
  moduleIn(folder: string): string | undefined;
  checkEnvironment(options: Omit<CheckOptions, 'gpu'> & { gpu: G }): Promise<EnvironmentCheck>;
}

/** A loop without end is told from a slow step after so many milliseconds. */
const STALL_TIMEOUT = 15_000;
/** Pixels of a picture on the sheet. */
const WIDTH = 240;
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** @returns the exit code. */
export async function env<G extends OpenGpu>(
  line: CommandLine,
  services: EnvServices<G>,
  terminal: Terminal,
): Promise<number> {
  const [action, name] = line.operands as [string, string];
  if (action === 'new') return begin(name, services, terminal);
  if (action === 'check') return check(line, name, services, terminal);
  throw new UsageError(`lockstep env ${quote(action)}: it must be new or check`);
}

async function begin<G extends OpenGpu>(
  name: string,
  { writeTemplate }: EnvServices<G>,
  { stdout }: Terminal,
): Promise<number> {
  if (!NAME.test(name)) {
    throw new UsageError(
      `lockstep env new ${quote(name)}: a name consists of lowercase letters, digits and ` +
        'hyphens, such as my-world',
    );
  }
  const paths = await writeTemplate(name).catch((error: Error) => {
    throw new UsageError(`lockstep env new: ${error.message}`, { cause: error });
  });
  const module = paths.find((path) => path.endsWith(`${name}.mjs`))!;
  const lines = [
    ...paths,
    '',
    `try it out:  lockstep env check ${name}`,
    `test it:     node --test ${quote(name)}`,
    `train it:    lockstep train ${quote(`./${module}`)}`,
  ];
  stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

async function check<G extends OpenGpu>(
  line: CommandLine,
  name: string,
  services: EnvServices<G>,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const module = services.moduleIn(name);
  const environment = await environmentOf(module ?? name, services, line.workers);
  const picture = line.out ?? pictureOf(module ?? name, environment);
  await refusing(services.policyFiles.checkWritable(picture));
  const announce = ({ adapter }: G): void =>
    void stderr.write(`${environment.id} on ${adapter.name}\n`);
  return withGpu(services, line, { stderr, announce }, async (gpu) => {
    const stallTimeout = STALL_TIMEOUT;
    const found = await services.checkEnvironment({ gpu, environment, stallTimeout });
    stdout.write(`${line.json ? JSON.stringify(recordOf(environment, found)) : format(found)}\n`);
    await services.writeFile(picture, await sheetOf(environment, found.episode, services));
    stderr.write(`one episode is in ${picture}\n`);
    return found.problems.length > 0 ? 1 : 0;
  });
}

/**
 * Beside the module, under a name that hardly anybody's own picture has; of a built-in environment,
 * in the current folder.
 */
function pictureOf(path: string, { id }: EnvironmentDefinition): string {
  return /\.[mc]?[jt]s$/.test(path) ? path.replace(/\.\w+$/, '.check.png') : `${id}.check.png`;
}

async function sheetOf<G extends OpenGpu>(
  environment: EnvironmentDefinition,
  episode: readonly PlayedStep[],
  services: EnvServices<G>,
): Promise<Uint8Array> {
  const frames: Frame[] = [];
  const steps = (async function* () {
    yield* episode;
  })();
  for await (const frame of framesOf(environment, steps)) frames.push(frame);
  const { stepsPerSecond = 30 } = environment;
  return services.recordSheet(frames, { width: WIDTH, theme: 'light', stepsPerSecond });
}

function recordOf({ id }: EnvironmentDefinition, found: EnvironmentCheck): object {
  const { problems, warnings, random, stepsPerSecond } = found;
  const { meanReturn, stdReturn, endedEpisodes } = random;
  const policy = { meanReturn, stdReturn, endedEpisodes };
  return { environment: id, problems, warnings, random: policy, stepsPerSecond };
}

function format({
  problems,
  warnings,
  random,
  stepsPerSecond,
  ...found
}: EnvironmentCheck): string {
  const { meanReturn, stdReturn, episodes, endedEpisodes, results = [] } = random;
  const lengths = results
    .flat()
    .filter(({ ended }) => ended)
    .map(({ length }) => length);
  const rows = [
    ['random policy', `return ${formatSpread(meanReturn, stdReturn)}`],
    [
      'its episodes',
      `${endedEpisodes} of ${episodes} ended, after ${oneDecimal(meanOf(lengths))} steps`,
    ],
    [
      'speed',
      `${formatInteger(stepsPerSecond)} steps/s of ${formatInteger(found.timedEnvironments)} ` +
        'environments, without learning',
    ],
  ];
  const sentences = [
    ...problems.map((problem) => `problem: ${problem}`),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...(problems.length === 0 ? ['the environment keeps the contract'] : []),
  ];
  return `${formatTable(rows)}\n\n${sentences.join('\n')}`;
}
