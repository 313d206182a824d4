import { expect, test } from 'vitest';
import { formatJson, formatSummary, type RunRecord } from '../../src/cli/summary';

const RECORD = {
  environment: 'CartPole-v1',
  seed: 5,
  numAgents: 1,
  timesteps: 500_000,
  iterations: 61,
  plannedIterations: 61,
  seconds: 12.34,
  stepsPerSecond: 40_518.6,
  adapter: 'llvmpipe',
  parametersSha256: 'c0ffee',
  evaluation: {
    episodes: 100,
    meanReturn: 499.25,
    stdReturn: 3.5,
    endedEpisodes: 100,
    perAgent: [{ meanReturn: 499.25, stdReturn: 3.5, endedEpisodes: 100 }],
  },
  fault: null,
  run: 'runs/a',
} satisfies RunRecord;

function population(numAgents: number) {
  const perAgent = Array.from({ length: numAgents }, (_, agent) => ({
    meanReturn: 400 + agent,
    stdReturn: agent,
    endedEpisodes: 100,
  }));
  const endedEpisodes = 100 * numAgents;
  return { ...RECORD, numAgents, evaluation: { ...RECORD.evaluation, endedEpisodes, perAgent } };
}

test('the text names everything a reader asks for', () => {
  expect(formatSummary(RECORD)).toBe(
    [
      'environment  CartPole-v1',
      'adapter      llvmpipe',
      'seed         5',
      'agents       1',
      'timesteps    500,000',
      'iterations   61',
      'seconds      12.3',
      'steps/s      40,519',
      'parameters   sha256 c0ffee',
      'mean return  499.3 ± 3.5 over 100 greedy episodes',
    ].join('\n'),
  );
});

test('a population has a table of its agents', () => {
  const text = formatSummary(population(2));
  expect(text).toContain('seeds        5 to 6');
  expect(text).toContain('timesteps    500,000 per agent');
  expect(text.split('\n').slice(-3)).toEqual([
    'agent  seed  mean return',
    '    0     5  400.0 ± 0.0',
    '    1     6  401.0 ± 1.0',
  ]);
});

test('the table of a large population is cut', () => {
  const lines = formatSummary(population(50)).split('\n');
  expect(lines.at(-1)).toBe('... and 34 more agents (--json has them all)');
  expect(lines.at(-2)).toBe('   15    20  415.0 ± 15.0');
});

test('the JSON has exactly the promised fields, on one line', () => {
  const text = formatJson(population(2));
  expect(text).not.toContain('\n');
  const record = JSON.parse(text);
  expect(Object.keys(record)).toEqual([
    'environment',
    'seed',
    'numAgents',
    'timesteps',
    'iterations',
    'plannedIterations',
    'seconds',
    'stepsPerSecond',
    'adapter',
    'parametersSha256',
    'evaluation',
    'fault',
    'run',
  ]);
  expect(record).toEqual(population(2));
  expect(Object.keys(record.evaluation)).toEqual([
    'episodes',
    'meanReturn',
    'stdReturn',
    'endedEpisodes',
    'perAgent',
  ]);
});

test('a return that does not exist is null in JSON and a dash in the text', () => {
  const none = { meanReturn: Number.NaN, stdReturn: Number.NaN, endedEpisodes: 0 };
  const record = { ...RECORD, evaluation: { episodes: 7, ...none, perAgent: [none] } };
  expect(JSON.parse(formatJson(record)).evaluation.meanReturn).toBeNull();
  expect(formatSummary(record)).toContain(
    'mean return  - ± - over 7 greedy episodes; 7 did not end and are left out',
  );
});

test('the text counts the episodes of all agents that did not end', () => {
  const record = population(2);
  const evaluation = { ...record.evaluation, endedEpisodes: 197 };
  expect(formatSummary({ ...record, evaluation })).toContain(
    'over 100 greedy episodes per agent; 3 did not end and are left out\n',
  );
});

test('a run that could not be evaluated says so', () => {
  const record = { ...RECORD, evaluation: null };
  expect(formatSummary(record).split('\n').at(-1)).toBe('mean return  not evaluated');
  expect(JSON.parse(formatJson(record)).evaluation).toBeNull();
});
