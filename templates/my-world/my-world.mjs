// The description of MyWorld-v0, whose module is my-world.wesl beside this file.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineEnvironment } from 'lockstep-ppo';

const file = fileURLToPath(new URL('my-world.wesl', import.meta.url));

export const environment = defineEnvironment({
  // Name and version; the version rises when results can no longer be compared.
  id: 'MyWorld-v0',
  // Paper or program that the dynamics come from.
  source: 'made up',
  // One entry for each number that `observe` returns, in its order; ±Infinity where there is no bound.
  observation: [{ name: 'place', low: -1.1, high: 1.1, unit: 'm' }],
  // Or { type: 'multi-discrete', nvec: [3, 2] }, or { type: 'box', low: [-1], high: [1] }.
  action: { type: 'discrete', n: 2, names: ['left', 'right'] },
  // Steps after which an episode is truncated; null for never.
  maxEpisodeSteps: 50,
  // Numbers that the module imports from `constants`; all are f32 there.
  params: { LEAVE_REWARD: 1 },
  shader: readFileSync(file, 'utf8'),
  // The file that errors about the module name.
  file,
  // Values of the configuration that suit this environment.
  defaults: { totalTimesteps: 50_000, learningRate: 1e-3, hiddenSizes: [16, 16] },
  stepsPerSecond: 10,
  // What `lockstep watch` and `record` show; without it, bars of the observation.
  draw: ({ place }) => ({
    view: { left: -1.3, right: 1.3, bottom: -0.3, top: 0.3 },
    shapes: [
      {
        type: 'line',
        points: [
          [-1, 0],
          [1, 0],
        ],
        width: 0.02,
        color: 'muted',
      },
      { type: 'circle', center: [place, 0], radius: 0.08, color: 'body' },
    ],
  }),
});
