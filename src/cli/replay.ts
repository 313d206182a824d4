/** `lockstep replay`: plays an iteration again and says where a number first was not finite. */
import type { EnvironmentDefinition } from '../environments/definition';
import type { CheckpointUse, FoundCheckpoint } from '../node/find-checkpoint';
import type { Checkpoint } from '../trainer/checkpoint';
import type { FaultOrigin, Replay } from '../trainer/replay';
import { type DeviceServices, type OpenGpu, withGpu } from './device';
import type { CommandLine } from './flags';
import { formatTable } from './table';
import type { Terminal } from './terminal';
import { refusing } from './usage-error';

export interface ReplayServices<G extends OpenGpu> extends DeviceServices<G> {
  /** @throws RunFolderError naming the path. */
  readCheckpoint(path: string, use: CheckpointUse): Promise<FoundCheckpoint>;
  replay(gpu: G, checkpoint: Checkpoint): Promise<Replay>;
}

/** @returns the exit code. */
export async function replay<G extends OpenGpu>(
  line: CommandLine,
  services: ReplayServices<G>,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const { path, checkpoint, problems } = await refusing(
    services.readCheckpoint(line.operands[0]!, 'replayed'),
  );
  for (const problem of problems) stderr.write(`warning: ${problem}\n`);
  const announce = ({ adapter }: G): void => void stderr.write(`${path} on ${adapter.name}\n`);
  return withGpu(services, line, { stderr, announce }, async (gpu) => {
    const found = await services.replay(gpu, checkpoint);
    const text = line.json ? JSON.stringify(found) : formatReplay(found, checkpoint);
    stdout.write(`${text}\n`);
    return 0;
  });
}

export function formatReplay(
  { iteration, origin, faults }: Replay,
  { environment, snapshot }: Pick<Checkpoint, 'environment' | 'snapshot'>,
): string {
  if (origin) {
    const place = formatPlace(iteration, origin, snapshot.config.numSteps);
    return `${place}\n${formatStep(environment, origin)}`;
  }
  const agent = faults.findIndex((fault) => fault !== null);
  if (agent === -1) return `iteration ${iteration}: all numbers are finite`;
  return (
    `iteration ${iteration}, agent ${agent}: ${faults[agent]} is not finite, although all ` +
    'observations, log-probabilities and rewards are: it began in an update. A lower learning ' +
    'rate, normalized rewards (normReward) or a lower maxGradNorm may help.'
  );
}

function formatPlace(iteration: number, origin: FaultOrigin, numSteps: number): string {
  const { agent, environment, step, quantity, field, value } = origin;
  const what = field === undefined ? quantity : `${quantity} "${field}"`;
  const at = step - (iteration - 1) * numSteps;
  const within = at > 0 ? ` (step ${at} of the iteration)` : ' (before the iteration)';
  return (
    `iteration ${iteration}, agent ${agent}, environment ${environment}, step ${step}${within}: ` +
    `${what} is ${value}`
  );
}

/** The observation before the step and the action. */
function formatStep(
  { observation: fields, action: space }: EnvironmentDefinition,
  { observation, action }: FaultOrigin,
): string {
  if (!observation || !action) return 'the environment had just been reset';
  const rows = fields.map(({ name, unit }, index) => [
    name,
    `${observation[index]}${unit === undefined ? '' : ` ${unit}`}`,
  ]);
  const names = space.type === 'discrete' ? space.names : undefined;
  const chosen = action.map((value) => names?.[value] ?? value).join(', ');
  return formatTable([['before the step', ''], ...rows, ['action', chosen]]);
}
