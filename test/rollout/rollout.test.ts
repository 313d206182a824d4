/** Rollouts compared with their twin, and with other workgroup sizes. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { cartpole } from '../../src/environments/cartpole';
import { AGENT_FIELDS } from '../../src/trainer/agent-record';
import { cartPole } from '../reference/cartpole';
import { categorical } from '../reference/distributions';
import { expectClose } from '../reference/expect-close';
import { rollout } from '../reference/rollout';
import { type Agent, initialAgent, type Transition } from '../reference/train-state';
import { networkOf } from '../support/network';
import { settingsOf } from '../support/settings';
import type { RolloutRows } from '../support/world';
import { openPlayed, type Played } from './played';

const OPTIONS = { environment: cartpole, hiddenSizes: [7], activation: 'tanh' } as const;
const TASK = { environment: cartPole, distribution: categorical(2) };

const CODES = ({ terminated, truncated }: Transition): number =>
  terminated ? 1 : truncated ? 2 : 0;

/** One iteration of the twin without learning. */
function playTwin<State>(
  agent: Agent<State>,
  task: Parameters<typeof rollout<State>>[1],
  config = {},
) {
  const result = rollout(agent, task, settingsOf({ ...DEFAULT_CONFIG, ...config }));
  const next = { ...agent, iteration: agent.iteration + 1, episodes: result.episodes };
  return { ...result, next };
}

function expectTwin(rows: RolloutRows, transitions: readonly (readonly Transition[])[]): void {
  const steps = transitions.length;
  const flat = <T>(pick: (transition: Transition) => T): T[] => transitions.flat().map(pick);
  expect(rows.actions.flat()).toEqual(flat(({ action }) => action[0]));
  expect(rows.endings.flat().map((code) => Math.min(code, 2))).toEqual(flat(CODES));
  expectClose(
    rows.rewards.flat(),
    flat(({ reward }) => reward),
    1e-6,
  );
  expectClose(
    rows.logProbs.flat(),
    flat(({ logProb }) => logProb),
    1e-4,
  );
  const seen = rows.observations.slice(0, steps);
  const expected = transitions.map((row) =>
    [0, 1, 2, 3].map((field) => row.map(({ observation }) => observation[field]!)),
  );
  expectClose(seen.flat(2), expected.flat(2), 1e-4);
}

/** Continues as if this many iterations were finished. */
function setIteration({ world: { runtime, agents } }: Played, iteration: number): void {
  const place = AGENT_FIELDS.findIndex(([name]) => name === 'iteration');
  const halves = Uint32Array.of(iteration % 2 ** 32, Math.floor(iteration / 2 ** 32));
  runtime.gpu.device.queue.writeBuffer(agents.buffer, 4 * place, halves);
}

describe('a rollout equals that of the twin', () => {
  test.each([
    [5, 11, 0],
    [1, 1, 0],
    [67, 3, 0],
    // Across the carry into the upper half of the iteration counter.
    [5, 11, 2 ** 32 - 2],
    [3, 2, 2 ** 48 - 5],
  ])('%i environments, %i steps, four iterations from %i on', async (numEnvs, numSteps, first) => {
    const played = await openPlayed({ ...OPTIONS, envs: numEnvs, steps: numSteps, seed: 3 });
    setIteration(played, first);
    const config = { numEnvs, numSteps, seed: 3 };
    const network = networkOf(played.layout, played.parameters);
    const settings = settingsOf({ ...DEFAULT_CONFIG, ...config });
    let agent = { ...initialAgent(network, TASK, settings), iteration: first };
    let endings = 0;
    for (let turn = 0; turn < 4; turn++) {
      const rows = await played.next();
      const { transitions, next } = playTwin(agent, TASK, config);
      expectTwin(rows, transitions);
      // The next rollout starts from the last row.
      const last = next.episodes.map(({ state }) => cartPole.observe(state));
      const shown = rows.observations[numSteps]!;
      expectClose(
        shown.flat(),
        [0, 1, 2, 3].flatMap((f) => last.map((o) => o[f]!)),
        1e-4,
      );
      endings += rows.endings.flat().filter((code) => code > 0).length;
      agent = next;
    }
    // The long one also has steps after an ending.
    if (numSteps === 11) expect(endings).toBeGreaterThan(3);
  });
});

test('greedy rollouts take the mode', async () => {
  const mode = { greedy: true, episodeLimit: 0, groupSize: 0 };
  const played = await openPlayed({ ...OPTIONS, envs: 9, steps: 5, mode });
  const network = networkOf(played.layout, played.parameters);
  const config = { numEnvs: 9, numSteps: 5 };
  const distribution = { ...TASK.distribution, sample: TASK.distribution.mode };
  const task = { ...TASK, distribution };
  const agent = initialAgent(network, task, settingsOf({ ...DEFAULT_CONFIG, ...config }));
  expectTwin(await played.next(), playTwin(agent, task, config).transitions);
});

describe('the workgroup size does not change results', () => {
  test.each([96, 256])('%i lanes give the bytes of the default', async (lanes) => {
    const options = { ...OPTIONS, envs: 301, steps: 25, seed: 5 };
    const [usual, other] = [await openPlayed(options), await openPlayed({ ...options, lanes })];
    for (let iteration = 0; iteration < 2; iteration++) {
      const rows = await usual.next();
      expect(await other.next()).toEqual(rows);
      expect(rows.endings.flat()).toContain(1);
    }
  });
});
