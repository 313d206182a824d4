// The description of environment.wesl: what the policy sees, what it may do, its time limit.
import { readFileSync } from 'node:fs';
import { defineEnvironment } from 'lockstep-ppo/environments';

const file = new URL('environment.wesl', import.meta.url);

export const reach = defineEnvironment({
  id: 'Reach-v0',
  source: 'an example of Lockstep',
  observation: [
    { name: 'position', low: -1, high: 1, unit: 'm' },
    { name: 'velocity', low: -2, high: 2, unit: 'm/s' },
    { name: 'mark', low: -1, high: 1, unit: 'm' },
  ],
  action: { type: 'discrete', n: 3, names: ['left', 'none', 'right'] },
  maxEpisodeSteps: 100,
  // Numbers that the module imports from `constants`; all are f32 there.
  params: { FORCE: 2 },
  shader: readFileSync(file, 'utf8'),
  // Errors in the module name this file and the line.
  file: 'environment.wesl',
  // Values of the configuration that suit this environment.
  defaults: { numEnvs: 256, numSteps: 16, learningRate: 1e-3, hiddenSizes: [32, 32] },
  // How `lockstep watch` shows it: steps per second, and shapes in meters. Without `draw` there are
  // bars of the observed numbers.
  stepsPerSecond: 10,
  draw: ({ position, mark }) => ({
    view: { left: -1.2, right: 1.2, bottom: -0.2, top: 0.3 },
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
      {
        type: 'line',
        points: [
          [mark, 0],
          [mark, 0.2],
        ],
        width: 0.03,
        color: 'goal',
      },
      { type: 'circle', center: [position, 0.05], radius: 0.05, color: 'body' },
    ],
  }),
});

// By this name `lockstep train ./environment.mjs` finds it.
export { reach as environment };
