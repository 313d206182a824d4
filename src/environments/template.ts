import shader from '../../shaders/environments/template.wesl';
import { defineEnvironment } from './definition';

/** The environment to copy, and no member of ENVIRONMENTS: leave a rail at its right end. */
export const template = defineEnvironment({
  // Name and version; the version rises when results can no longer be compared.
  id: 'Template-v0',
  // Paper or program that the dynamics come from.
  source: 'made up, to be copied',
  // One entry per number that `observe` returns, in its order; Infinity where there is no bound.
  observation: [{ name: 'place', low: -1.1, high: 1.1, unit: 'm' }],
  // Or { type: 'multi-discrete', nvec: [3, 2] }, or { type: 'box', low: [-1], high: [1] }.
  action: { type: 'discrete', n: 2, names: ['left', 'right'] },
  // Steps after which an episode is truncated; null for never.
  maxEpisodeSteps: 50,
  // Mean return that counts as solved; leave it out where nobody has named one.
  rewardThreshold: 0.99,
  // Numbers that the module imports from `constants`; all are f32 there.
  params: { LEAVE_REWARD: 1 },
  shader,
  file: 'shaders/environments/template.wesl',
  // Fields of PpoConfig that suit this environment better than the general defaults; environments
  // of this repository keep them in configs/<id>.json and say `tunedDefaults(...)` here.
  defaults: { totalTimesteps: 50_000, learningRate: 1e-3, hiddenSizes: [16, 16] },
});
