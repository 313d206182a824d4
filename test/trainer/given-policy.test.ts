/** Policies of another point of training act in evaluations and in episodes that are watched. */
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import { pendulum } from '../../src/environments/pendulum';
import type { Policy } from '../../src/trainer/policy';
import type { Trainer } from '../../src/trainer/trainer';
import { smallTrainer } from './training';

/** Everything that shows how a policy acts. */
async function showings(trainer: Trainer, policy?: Policy): Promise<unknown> {
  const seed = 3;
  const evaluation = await trainer.evaluate({ seed, episodes: 4, perEpisode: true, policy });
  const played: unknown[] = [];
  for await (const step of trainer.play({ seed, agent: 1, policy, maxSteps: 30 })) {
    played.push(step);
  }
  const watched: unknown[] = [];
  for await (const step of trainer.live({ seed, agent: 1, environments: 2, policy })) {
    watched.push([step.at(0), step.at(1)]);
    // Beyond the first look, which is where the newest policy would be taken over.
    if (watched.length === 25) break;
  }
  return { evaluation, played, watched };
}

// Sizes that are no multiples of 4 have no fused kernels.
describe.each([[[8, 8]], [[7]]])('with layers of %j', (hiddenSizes) => {
  test('an earlier policy acts as it did then', async () => {
    const config = { hiddenSizes, numAgents: 2, normObs: true, learningRate: 0.1 };
    const trainer = await smallTrainer(config, pendulum);
    const policies: Policy[] = [];
    const then: unknown[] = [];
    for await (const _ of trainer) {
      policies.push(await trainer.policy());
      then.push(await showings(trainer));
      if (policies.length === 3) break;
    }
    expect(then[1]).not.toEqual(then[0]);
    expect(then[2]).not.toEqual(then[1]);
    for (const [at, policy] of policies.entries()) {
      expect(await showings(trainer, policy)).toEqual(then[at]);
    }
    trainer.destroy();
  });
});

test('one policy can act for all agents', async () => {
  const trainer = await smallTrainer({ numAgents: 2, seed: 4 });
  const { parameters } = await trainer.policy();
  const one = { parameters: parameters.subarray(0, parameters.length / 2) };
  const twice = { parameters: new Float32Array([...one.parameters, ...one.parameters]) };
  const options = { seed: 1, perEpisode: true };
  const evaluation = await trainer.evaluate({ ...options, policy: one });
  expect(evaluation).toEqual(await trainer.evaluate({ ...options, policy: twice }));
  expect(evaluation).not.toEqual(await trainer.evaluate(options));
  trainer.destroy();
});

test('a policy that does not fit the run is refused at once', async () => {
  const trainer = await smallTrainer();
  const short = { policy: { parameters: new Float32Array(3) } };
  const message = /policy\.parameters has 3 numbers; this run's are \[1\] x \[\d+\]/;
  await expect(trainer.evaluate(short)).rejects.toThrow(message);
  for (const show of [() => trainer.play(short), () => trainer.live(short)]) {
    expect(show).toThrow(ConfigError);
    expect(show).toThrow(message);
  }
  trainer.destroy();
});
