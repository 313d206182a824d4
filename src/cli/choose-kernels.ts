/** The trainer of `lockstep train`, with the variant of the kernels that was asked for. */
import { describeForm } from '../network/fused-form';
import { tuningFile } from '../node/tuning-file';
import { createTrainer, type Trainer } from '../trainer/trainer';
import type { TrainerOptions } from '../trainer/trainer-options';
import { type Tuning, tuneForm } from '../trainer/tuner';
import { formatNumber } from './numbers';
import { formatTable } from './table';

export interface ChosenTrainerOptions extends TrainerOptions {
  /** Whether all variants are timed first. */
  readonly tune: boolean;
  /** Takes what the user is told about the choice. */
  note(text: string): void;
}

function formatTuning({ form, timings }: Tuning): string {
  if (timings.length === 0) return `kernels as tuned before: ${describeForm(form)}`;
  const sorted = [...timings].sort((a, b) => a.milliseconds - b.milliseconds);
  const rows = sorted.map(({ form: timed, milliseconds }) => [
    formatNumber(milliseconds, 1),
    describeForm(timed),
  ]);
  return formatTable([['ms/iteration', 'kernels'], ...rows], [0]);
}

/** @throws whatever `createTrainer` throws. */
export async function createChosenTrainer(options: ChosenTrainerOptions): Promise<Trainer> {
  const trainer = await chooseTrainer(options);
  const refused = options.gpu.subgroupsRefused;
  if (refused !== undefined) options.note(`kernels: without subgroups, since ${refused}`);
  return trainer;
}

async function chooseTrainer(options: ChosenTrainerOptions): Promise<Trainer> {
  const { tune, note, ...given } = options;
  if (!tune) {
    const trainer = await createTrainer(given);
    if (trainer.obstacle !== undefined) note(`kernels: layered, since ${trainer.obstacle}`);
    return trainer;
  }
  note('choosing among the variants of the kernels');
  const tuning = await tuneForm({ ...given, memory: tuningFile() });
  if (tuning.matrixFault !== undefined) note(`no matrix units: ${tuning.matrixFault}`);
  note(
    tuning.obstacle === undefined
      ? formatTuning(tuning)
      : `kernels: layered, since ${tuning.obstacle}`,
  );
  return createTrainer({ ...given, form: tuning.form });
}
