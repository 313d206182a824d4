/** The plots, each with what it shows in a sentence that a student understands. */
import type { MetricName } from './history';

export interface PlotRow {
  readonly metric: MetricName;
  readonly title: string;
  readonly sentence: string;
}

export const PLOTS: readonly PlotRow[] = [
  {
    metric: 'return',
    title: 'Mean return',
    sentence: 'The sum of the rewards of an episode, as the mean of the latest episodes.',
  },
  {
    metric: 'length',
    title: 'Episode length',
    sentence: 'How many steps the same episodes took.',
  },
  {
    metric: 'policyLoss',
    title: 'Policy loss',
    sentence: 'What the policy updates minimize; it does not have to fall over a run.',
  },
  {
    metric: 'valueLoss',
    title: 'Value loss',
    sentence: 'How far the expected returns were from those that came, squared and halved.',
  },
  {
    metric: 'kl',
    title: 'KL divergence',
    sentence: 'How far an iteration moves the policy; above 0.02 or so, steps are large.',
  },
  {
    metric: 'clipFraction',
    title: 'Clip fraction',
    sentence: 'The part of the samples that the clip range keeps from moving the policy further.',
  },
  {
    metric: 'entropy',
    title: 'Entropy',
    sentence: 'How undecided the policy is, in nats; it falls while the policy makes up its mind.',
  },
  {
    metric: 'explainedVariance',
    title: 'Explained variance',
    sentence: 'How well the critic foresees returns: 1 is perfect, 0 no better than their mean.',
  },
  {
    metric: 'learningRate',
    title: 'Learning rate',
    sentence: 'How large the steps of the optimizer are, as its schedule and your changes have it.',
  },
  {
    metric: 'speed',
    title: 'Steps per second',
    sentence: 'Environment steps of training in a second, all environments together.',
  },
];
