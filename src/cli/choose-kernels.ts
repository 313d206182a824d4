/** Creates the trainer of `lockstep train` with the requested kernels. */
import { describePlan, type KernelPlan } from '../network/kernel-plan';
import { tuningFile } from '../node/tuning-file';
import type { Checkpoint } from '../trainer/checkpoint';
import { createTrainer } from '../trainer/create-trainer';
import { restoreTrainer } from '../trainer/restore-trainer';
import type { Trainer } from '../trainer/trainer';
import type { TrainerOptions } from '../trainer/trainer-options';
import { type Tuning, tunePlan } from '../trainer/tuner';
import { formatNumber } from './numbers';
import { formatTable } from './table';

export interface ChosenTrainerOptions extends TrainerOptions {
  /** The run that goes on; without it, a new one begins. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Whether to time all plans first. */
  readonly tune: boolean;
  /** Tells the user about the choice. */
  note(text: string): void;
}

function formatTuning({ plan, timings }: Tuning): string {
  if (timings.length === 0) return `kernels as tuned before: ${describePlan(plan)}`;
  const sorted = [...timings].sort((a, b) => a.milliseconds - b.milliseconds);
  const rows = sorted.map(({ plan: timed, milliseconds }) => [
    formatNumber(milliseconds, 1),
    describePlan(timed),
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
  const { tune, note, checkpoint, ...given } = options;
  const create = (plan?: KernelPlan): Promise<Trainer> =>
    checkpoint
      ? restoreTrainer({ ...given, checkpoint, note, plan })
      : createTrainer({ ...given, plan });
  if (!tune) {
    const trainer = await create();
    if (trainer.whyNotFused !== undefined) note(`kernels: layered, since ${trainer.whyNotFused}`);
    return trainer;
  }
  note('timing the kernel plans');
  const tuning = await tunePlan({ ...given, memory: tuningFile() });
  if (tuning.matrixFault !== undefined) note(`no matrix units: ${tuning.matrixFault}`);
  note(
    tuning.whyNotFused === undefined
      ? formatTuning(tuning)
      : `kernels: layered, since ${tuning.whyNotFused}`,
  );
  return create(tuning.plan);
}
