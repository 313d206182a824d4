/** The cases with what the device does for observations of each, to compare exports with. */
import { randomInputs } from '../../src/export/check-inputs';
import { Rng } from '../../src/kernels/rng';
import { type ActInputs, actOnDevice, type Decisions } from '../../src/trainer/act-on-device';
import { recordObservations } from '../../src/trainer/record-observations';
import { openTestGpu } from '../support/gpu';
import type { PolicyCase } from './policies';

export interface DeviceCase {
  readonly inputs: ActInputs;
  /** Greedy. */
  readonly decisions: Decisions;
}

/** Recorded and random observations, about 80, and the device's greedy decisions for them. */
export async function onDevice({ saved, agent = 0 }: PolicyCase): Promise<DeviceCase> {
  const gpu = await openTestGpu();
  const recorded = await recordObservations(gpu, saved, { agent, environments: 5, steps: 8 });
  const rng = new Rng([1, 2, 3, 4], [0, 0, 0]);
  const random = randomInputs(recorded, saved.environment, rng);
  const inputs = {
    observations: [...recorded.observations, ...random.observations],
    masks: recorded.masks && [...recorded.masks, ...random.masks!],
  };
  return { inputs, decisions: await actOnDevice(gpu, saved, inputs, { agent }) };
}
