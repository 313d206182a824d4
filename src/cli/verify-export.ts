/** Compares an export with the device before anything is written. */
import { checkDifferences, compareDecisions, type Differences } from '../export/check-export';
import { randomInputs } from '../export/check-inputs';
import type { Gpu } from '../gpu/device';
import { Rng } from '../kernels/rng';
import { type ActInputs, actOnDevice } from '../trainer/act-on-device';
import { recordObservations } from '../trainer/record-observations';
import type { SavedPolicy } from '../trainer/saved-policy';
import type { Artefact } from './export-formats';

const ENVIRONMENTS = 16;
const MOST_STEPS = 64;
/** Most parameters times observations, so that large networks take seconds on the host. */
const MOST_WORK = 2e8;

export interface Verification {
  /** Half of them recorded, half random. */
  readonly observations: number;
  readonly differences: Differences;
}

/**
 * Lets the device and the export act on observations of the policy's own episodes, and on as many
 * random ones around them.
 * @throws ExportError if they differ.
 */
export async function verifyExport(
  gpu: Gpu,
  saved: SavedPolicy,
  agent: number,
  name: string,
  { decide }: Pick<Artefact, 'decide'>,
): Promise<Verification> {
  const parameters = saved.policy.parameters.length / saved.config.numAgents;
  const room = Math.floor(MOST_WORK / parameters / ENVIRONMENTS / 2);
  const steps = Math.min(MOST_STEPS, Math.max(1, room));
  const recorded = await recordObservations(gpu, saved, {
    ...{ agent, environments: ENVIRONMENTS, steps },
  });
  const rng = new Rng([saved.config.seed, agent, 0, 0], [0, 0, 0]);
  const random = randomInputs(recorded, saved.environment, rng);
  const inputs: ActInputs = {
    observations: [...recorded.observations, ...random.observations],
    masks: recorded.masks && [...recorded.masks, ...random.masks!],
  };
  const expected = await actOnDevice(gpu, saved, inputs, { agent });
  const differences = compareDecisions(await decide(inputs), expected, saved.environment);
  checkDifferences(name, differences);
  return { observations: inputs.observations.length, differences };
}
