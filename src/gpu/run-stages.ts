/** Runs stages once, outside the training loop and its scheduler. */
import type { Gpu } from './device';
import { encodeStages, type HostStep, recordCommands, type Stage } from './stage';
import { FirstWork, type Patience } from './stall';
import { Throttle } from './throttle';
import { StageTimer } from './timing';

/** Most dispatches of one submission, so that none occupies the device for long. */
const MAX_DISPATCHES = 32;

/** Stages that are submitted together, and the host step that follows. */
interface Submission {
  readonly stages: readonly Stage[];
  readonly host: HostStep | undefined;
}

/** The stages in order, in submissions of at most `MAX_DISPATCHES`; long stages are split. */
function* submissions(stages: readonly Stage[]): Generator<Submission, void, undefined> {
  let next: Stage[] = [];
  let room = MAX_DISPATCHES;
  const take = (host?: HostStep): Submission => {
    const taken = { stages: next, host };
    next = [];
    room = MAX_DISPATCHES;
    return taken;
  };
  for (const { name, dispatches, host } of stages) {
    for (let begin = 0; begin < dispatches.length; ) {
      const part = dispatches.slice(begin, begin + room);
      next.push({ name, dispatches: part });
      begin += part.length;
      room -= part.length;
      if (room === 0) yield take();
    }
    if (host) yield take(host);
  }
  yield take();
}

/** Submits all stages; waits only for host steps and when the device falls far behind. */
async function submitStages(gpu: Gpu, stages: readonly Stage[]): Promise<void> {
  const throttle = new Throttle(gpu);
  for (const part of submissions(stages)) {
    const encoder = gpu.device.createCommandEncoder();
    encodeStages(encoder, part.stages);
    gpu.device.queue.submit([encoder.finish()]);
    const caughtUp = throttle.submitted(MAX_DISPATCHES);
    if (caughtUp) await caughtUp;
    await part.host?.();
  }
}

/** Submits all stages and waits until they have run. */
export async function runStages(gpu: Gpu, stages: readonly Stage[]): Promise<void> {
  await submitStages(gpu, stages);
  await gpu.idle();
}

/**
 * The same for stages that may never end.
 * @throws GpuError if they take longer than `patience` allows.
 */
export async function tryStages(
  gpu: Gpu,
  stages: readonly Stage[],
  patience: Patience,
): Promise<void> {
  const work = new FirstWork(gpu, patience);
  work.compile(recordCommands(stages));
  await submitStages(gpu, stages);
  work.end();
  await work.settled();
}

/**
 * Runs the stages and times them.
 * @param check called before each submission; throws if nothing may be submitted any more
 * @returns milliseconds of device time by stage name
 * @throws Error on an adapter without timestamps
 */
export async function profileStages(
  gpu: Gpu,
  stages: readonly Stage[],
  check: () => void,
): Promise<Map<string, number>> {
  const timer = new StageTimer(gpu);
  const total = new Map<string, number>();
  const submit = (encode: (encoder: GPUCommandEncoder) => void): void => {
    const encoder = gpu.device.createCommandEncoder();
    encode(encoder);
    gpu.device.queue.submit([encoder.finish()]);
  };
  const collect = async (): Promise<void> => {
    submit((encoder) => timer.resolve(encoder));
    for (const [name, milliseconds] of await timer.collect()) {
      total.set(name, (total.get(name) ?? 0) + milliseconds);
    }
  };
  try {
    for (const part of submissions(stages)) {
      if (timer.room < part.stages.length) await collect();
      check();
      submit((encoder) => encodeStages(encoder, part.stages, timer));
      await part.host?.();
    }
    await collect();
    return total;
  } finally {
    timer.destroy();
  }
}
