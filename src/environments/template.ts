import shader from '../../shaders/environments/template.wesl';
import { defineEnvironment } from './definition';

/** The environment to copy, not listed in ENVIRONMENTS: leave a rail at its right end. */
export const template = defineEnvironment({
  // Name and version; raise the version when results are no longer comparable.
  id: 'Template-v0',
  // Paper or program that defines the dynamics.
  source: 'made up, to be copied',
  // One entry per number that `observe` returns, in the same order; Infinity if there is no bound.
  observation: [{ name: 'place', low: -1.1, high: 1.1, unit: 'm' }],
  // Or { type: 'multi-discrete', nvec: [3, 2] }, or { type: 'box', low: [-1], high: [1] }.
  action: { type: 'discrete', n: 2, names: ['left', 'right'] },
  // Steps after which an episode is truncated; null: never.
  maxEpisodeSteps: 50,
  // Mean return that counts as solved; leave it out if there is none.
  rewardThreshold: 0.99,
  // Numbers that the module imports from `constants`, where all are f32.
  params: { LEAVE_REWARD: 1 },
  shader,
  file: 'shaders/environments/template.wesl',
  // Config fields that suit this environment better than the general defaults. Built-in
  // environments keep them in configs/<id>.json and use `tunedDefaults(...)` here.
  defaults: { totalTimesteps: 50_000, learningRate: 1e-3, hiddenSizes: [16, 16] },
});
