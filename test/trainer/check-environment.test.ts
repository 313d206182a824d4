/** Trying out an environment finds what breaks the contract, and nothing else. */
import { expect, test } from 'vitest';
import { checkEnvironment } from '../../src/trainer/check-environment';
import { DRIFT, drift } from '../environments/drift';
import { driftWorld, hostDrift } from '../environments/host-drift';
import { openTestGpu } from '../support/gpu';
import { meadow, shownBy } from '../support/meadow';

const gpu = await openTestGpu();
const changed = (from: string, to: string) => {
  expect(DRIFT).toContain(from);
  return drift(DRIFT.replace(from, to));
};

test('a sound environment has no problems, and its random policy the returns of one', async () => {
  const found = await checkEnvironment({ gpu, environment: drift() });
  // Every step pays 1, and most episodes last to the limit of 20 steps.
  expect(found).toMatchObject({
    problems: [],
    warnings: ['every step has the same reward'],
    random: { episodes: 100, endedEpisodes: 100 },
    timedEnvironments: 1024,
  });
  expect(found.random.meanReturn).toBeGreaterThan(12);
  expect(found.random.meanReturn).toBeLessThanOrEqual(20);
  expect(found.stepsPerSecond).toBeGreaterThan(100);
  const last = found.episode.at(-1)!;
  expect(last.terminated || last.truncated).toBe(true);
  expect(found.episode).toHaveLength(last.step + 1);
});

test.each([
  [
    'a number out of bounds',
    'Observation(state.place)',
    'Observation(state.place + 3.5)',
    [/^place rises to [\d.]+, above its bound high = 4$/],
  ],
  [
    'an observation that is not finite',
    'Observation(state.place)',
    'Observation(1.0 / max(0.0, floor(state.place)))',
    [/^place is Infinity in environment \d+; what is observed must be finite$/],
  ],
  [
    'a reward that is not finite',
    'Step(1.0,',
    'Step(log(max(0.0, (*state).place)),',
    Array.from({ length: 5 }, () => /^step \d+ of environment \d+ has the reward -Infinity; /),
  ],
])('%s is one sentence each', async (_, from, to, expected) => {
  const { problems } = await checkEnvironment({ gpu, environment: changed(from, to) });
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
});

test('observations of bits are looked at as numbers', async () => {
  const { problems, episode } = await checkEnvironment({ gpu, environment: meadow('bits') });
  expect(problems).toEqual([]);
  expect(episode[0]!.observation).toEqual(shownBy(episode[0]!.state));
});

test('what is allowed but seldom meant is a warning', async () => {
  const environment = { ...changed('State(random(rng))', 'State(0.25)'), maxEpisodeSteps: null };
  const { problems, warnings } = await checkEnvironment({ gpu, environment });
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    'every episode begins in the same observation',
    'every step has the same reward',
  ]);
});

test('a world on the host whose random numbers come from elsewhere is found', async () => {
  let counter = 0;
  const environment = hostDrift((options) => {
    const world = driftWorld(options);
    return {
      ...world,
      reset: (environments, seeds) =>
        world.reset(
          environments,
          seeds.map(() => 7 ** 9 * ++counter),
        ),
    };
  });
  const { problems, timedEnvironments } = await checkEnvironment({ gpu, environment });
  expect(problems).toEqual([expect.stringMatching(/^two walks with the same seed differ: /)]);
  expect(timedEnvironments).toBe(64);
  expect((await checkEnvironment({ gpu, environment: hostDrift() })).problems).toEqual([]);
});
