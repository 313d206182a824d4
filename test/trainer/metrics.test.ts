import { describe, expect, test } from 'vitest';
import { agentMetrics, RECENT_EPISODES, RecentEpisodes } from '../../src/trainer/metrics';
import type { AgentReport } from '../../src/trainer/report';

const batch = (count: number, value: number) => ({
  count,
  meanReturn: value,
  meanLength: 2 * value,
});

describe('the latest episodes', () => {
  test('are none at first', () => {
    const recent = new RecentEpisodes();
    recent.add(batch(0, 7));
    expect(recent.mean('meanReturn')).toBeNaN();
  });

  test('are averaged by their number', () => {
    const recent = new RecentEpisodes();
    recent.add(batch(1, 10));
    recent.add(batch(3, 50));
    expect(recent.mean('meanReturn')).toBe(40);
    expect(recent.mean('meanLength')).toBe(80);
  });

  test('are as few iterations as hold 100 of them', () => {
    expect(RECENT_EPISODES).toBe(100);
    const recent = new RecentEpisodes();
    recent.add(batch(60, 1));
    recent.add(batch(60, 2));
    // 120 episodes: without the first batch only 60 would be left.
    expect(recent.mean('meanReturn')).toBe(1.5);
    recent.add(batch(40, 7));
    // (60 · 2 + 40 · 7) / 100: the first batch is no longer needed.
    expect(recent.mean('meanReturn')).toBe(4);
    recent.add(batch(500, 9));
    expect(recent.mean('meanReturn')).toBe(9);
  });
});

const REPORT: AgentReport = {
  count: 2,
  meanReturn: 20,
  stdReturn: 1,
  minReturn: 19,
  maxReturn: 21,
  meanLength: 10,
  stdLength: 2,
  minLength: 8,
  maxLength: 12,
  learning_rate: 0.5,
  residual_variance: 3,
  return_variance: 4,
  skipped_in_row: 9,
  fault: 0,
  environment_faults: 0,
  faulty_environments: 0,
  policy_loss: 1,
  value_loss: 2,
  entropy: 3,
  kl_penalty: 11,
  reference_kl: 12,
  loss: 4,
  old_approx_kl: 5,
  approx_kl: 6,
  clipfrac: 7,
  grad_norm: 8,
  applied: 12,
  metricSums: [],
  skipped: 10,
};

test('every number comes under its public name', () => {
  expect(agentMetrics(REPORT, new RecentEpisodes())).toEqual({
    'losses/policy_loss': 1,
    'losses/value_loss': 2,
    'losses/entropy': 3,
    'losses/kl_penalty': 11,
    'losses/reference_kl': 12,
    'losses/loss': 4,
    'losses/old_approx_kl': 5,
    'losses/approx_kl': 6,
    'losses/clipfrac': 7,
    'losses/explained_variance': 0.25,
    'losses/grad_norm': 8,
    'charts/learning_rate': 0.5,
    'charts/updates': 12,
    'guards/skipped_updates': 10,
    'guards/skipped_in_row': 9,
    'guards/faulty_environments': 0,
    fault: null,
    'charts/episodic_return': 20,
    'charts/episodic_length': 10,
    episodes: {
      count: 2,
      meanReturn: 20,
      stdReturn: 1,
      minReturn: 19,
      maxReturn: 21,
      meanLength: 10,
      stdLength: 2,
      minLength: 8,
      maxLength: 12,
    },
  });
});

test('an iteration without an applied update has no losses, but names the fault', () => {
  const idle = agentMetrics({ ...REPORT, applied: 0, fault: 2 }, new RecentEpisodes());
  expect(idle['losses/policy_loss']).toBeNaN();
  expect(idle['losses/approx_kl']).toBeNaN();
  expect(idle.fault).toBe('value_loss');
});

test.each([
  [0, 0, null],
  [1, 0, 'reward'],
  [2, 0, 'observation'],
  [3, 2, 'reward'],
  [2, 2, 'observation'],
  [0, 2, 'value_loss'],
])('environments at fault (%d) come before an update at fault (%d): %s', (bits, fault, name) => {
  const report = { ...REPORT, environment_faults: bits, fault, faulty_environments: 3 };
  const metrics = agentMetrics(report, new RecentEpisodes());
  expect(metrics.fault).toBe(name);
  expect(metrics['guards/faulty_environments']).toBe(3);
});

test('an iteration without an ended episode has no numbers of episodes, but those before', () => {
  const recent = new RecentEpisodes();
  recent.add(batch(3, 5));
  const { episodes, ...metrics } = agentMetrics({ ...REPORT, count: 0 }, recent);
  const { count, ...rest } = episodes;
  expect(count).toBe(0);
  expect(Object.values(rest).every(Number.isNaN)).toBe(true);
  expect(metrics['charts/episodic_return']).toBe(5);
});
