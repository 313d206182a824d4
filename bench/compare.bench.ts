/** Throughput compared with other libraries on the same workload, in turns A B B A. */
import { alternate, type Duel, type DuelOptions } from './support/alternate';
import type { Bench } from './support/bench';
import { ChildError } from './support/child-lines';
import type { Contestant } from './support/contestant';
import {
  opponents,
  ourParticipant,
  ownSettingsOpponents,
  type Participant,
  SHARED_WORKLOAD,
} from './support/participants';
import { type Measurement, measurement } from './support/results';
import { formatSpread } from './support/table';

const { environment, envs, steps, epochs, minibatches } = SHARED_WORKLOAD;
const WORKLOAD = `${environment}, ${envs.toLocaleString('en-US')} × ${steps}`;
export const COMPARE_TITLE =
  `Compare: ${environment}, ${envs.toLocaleString('en-US')} environments × ${steps} steps, ` +
  `${epochs} epochs × ${minibatches} minibatches, 2 × 64 tanh`;
/** Subject of our rate in the turns with an opponent. */
const IN_TURN = 'lockstep in turn';
const METHOD =
  'Turns A B B A; median (lowest … highest) over turns, ratios over neighbouring turns. Start, ' +
  'compilation and two iterations of warm-up are not counted.';

/** The figures of one opponent, and ours from the same turns. */
function duelMeasurements(subject: string, { first, second, ratios }: Duel): Measurement[] {
  const place = { workload: WORKLOAD, subject };
  return [
    measurement(place, 'training', 'steps/s', second),
    measurement(place, IN_TURN, 'steps/s', first),
    measurement(place, 'lockstep / subject', '×', ratios),
  ];
}

/** The result of one opponent. */
interface Meeting {
  readonly measurements: readonly Measurement[];
  readonly note: string;
}

async function meet(
  ours: Contestant,
  opponent: Participant,
  duelOptions: DuelOptions,
): Promise<Meeting> {
  const { name, absence } = opponent;
  if (absence !== undefined)
    return { measurements: [], note: `skipped: ${name} is not available: ${absence}` };
  let theirs: Contestant | undefined;
  try {
    theirs = await opponent.start(SHARED_WORKLOAD);
    const duel = await alternate(ours, theirs, duelOptions);
    return { measurements: duelMeasurements(name, duel), note: `${name}: ${theirs.detail}` };
  } catch (error) {
    if (!(error instanceof ChildError) || error.child === ours.name) throw error;
    const reason = error.message.replaceAll(/\s*\n\s*/g, ' | ');
    return { measurements: [], note: `skipped: ${reason}` };
  } finally {
    await theirs?.quit();
  }
}

/** Our own row: the turns with all opponents, or turns alone if there were none. */
async function ownMeasurement(
  ours: Contestant,
  duels: readonly Measurement[],
  { pairs, seconds }: DuelOptions,
): Promise<Measurement> {
  const samples = duels.flatMap((one) => (one.quantity === IN_TURN ? one.samples : []));
  for (let turn = 0; duels.length === 0 && turn < pairs; turn++) {
    const block = await ours.run(seconds);
    samples.push(block.steps / block.seconds);
  }
  return measurement({ workload: WORKLOAD, subject: ours.name }, 'training', 'steps/s', samples);
}

export const benchCompare: Bench = async ({ options, progress }) => {
  const duelOptions = {
    pairs: options.repeats ?? (options.quick ? 2 : 6),
    seconds: options.seconds,
  };
  const ours = await ourParticipant(options).start(SHARED_WORKLOAD);
  const notes = [METHOD, `${ours.name}: ${ours.detail}`];
  const measurements: Measurement[] = [];
  for (const opponent of [...opponents(options), ...ownSettingsOpponents(options)]) {
    progress(`${opponent.name} …`);
    const meeting = await meet(ours, opponent, duelOptions);
    measurements.push(...meeting.measurements);
    notes.push(meeting.note);
    const ratio = meeting.measurements.find(({ unit }) => unit === '×');
    progress(ratio ? `${opponent.name}: ratio ${formatSpread(ratio)}` : meeting.note);
  }
  measurements.unshift(await ownMeasurement(ours, measurements, duelOptions));
  await ours.quit();
  return [{ title: COMPARE_TITLE, measurements, notes }];
};
