/** `lockstep eval`, on runs, checkpoints and policy files. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measuredDrift } from '../environments/measured-drift';
import { ensureBuilt, lockstep } from '../support/lockstep';

const root = mkdtempSync(join(tmpdir(), 'lockstep-eval-'));
afterAll(() => rmSync(root, { recursive: true }));
const run = (line: string) => lockstep(line, { cwd: root });

beforeAll(async () => {
  ensureBuilt();
  const sizes = '--num-envs 16 --num-steps 8 --total-timesteps 256 --num-agents 2 --episodes 1';
  await run(`train CartPole-v1 ${sizes} --run-dir run --save policy.safetensors`);
});

test('tells what the returns are, and how they were counted', async () => {
  const { code, stdout } = await run('eval run --episodes 50');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^episodes +100, greedy$/m);
  expect(stdout).toMatch(/^mean return +[\d.]+ ± [\d.]+$/m);
  expect(stdout).toMatch(/^standard error +[\d.]+$/m);
  expect(stdout.match(/█/g)!.length).toBeGreaterThan(40);
  expect(stdout).toContain('every episode that begins is counted');
  expect(stdout).toMatch(/^ +1 +[\d.]+ ± [\d.]+$/m);
});

test('gives the same numbers for a run, its checkpoint and its policy file', async () => {
  const [name] = readdirSync(join(root, 'run', 'checkpoints')).filter((each) => /^iter/.test(each));
  const places = ['policy.safetensors', `run/checkpoints/${name}`];
  const records = [];
  for (const place of places) {
    const { stdout } = await run(`eval ${place} --episodes 20 --json --sample --eval-seed 4`);
    records.push(JSON.parse(stdout));
  }
  expect(records[1]).toEqual(records[0]);
  const { returns, minReturn, maxReturn, perAgent, endedEpisodes, greedy, seed } = records[0];
  expect([endedEpisodes, greedy, seed]).toEqual([40, false, 4]);
  expect(minReturn).toBe(Math.min(...returns.flat()));
  expect(maxReturn).toBe(Math.max(...returns.flat()));
  expect(perAgent.length).toBe(2);
});

test('plays with the params that are given, and says so', async () => {
  const sizes = '--num-envs 4 --num-steps 8 --total-timesteps 64 --hidden-sizes 4 --episodes 1';
  await run(`train Trading-v0 ${sizes} --run-dir trader`);
  const [trained, heldOut] = [
    JSON.parse((await run('eval trader --episodes 20 --sample --json')).stdout),
    JSON.parse((await run('eval trader --episodes 20 --sample --json --param HELD_OUT=1')).stdout),
  ];
  expect([trained.params, heldOut.params]).toEqual([undefined, { HELD_OUT: 1 }]);
  expect(heldOut.returns).not.toEqual(trained.returns);
  const { stdout } = await run('eval trader --episodes 2 --param HELD_OUT=1');
  expect(stdout).toMatch(/^params +HELD_OUT 1$/m);
});

test("has the means of the environment's own metrics", async () => {
  writeFileSync(join(root, 'world.mjs'), `export default ${JSON.stringify(measuredDrift())};`);
  const sizes = '--num-envs 16 --num-steps 8 --total-timesteps 256 --episodes 3';
  const trained = await run(`train ./world.mjs ${sizes} --run-dir measured --json`);
  expect(JSON.parse(trained.stdout).evaluation['world/a']).toBe(0.75);
  const { stdout } = await run('eval measured --episodes 20 --json');
  const { meanLength, perAgent, ...record } = JSON.parse(stdout);
  expect(record['world/steps']).toBeCloseTo(meanLength, 9);
  expect(perAgent[0]['world/place']).toBe(record['world/place']);
  const shown = await run('eval measured --episodes 20');
  expect(shown.stdout).toMatch(/^mean world\/steps +[\d.]+\nmean world\/place +-?[\d.]+$/m);
  expect(shown.stdout).toMatch(/^mean world\/a +0\.75$/m);
});

test.each([
  ['eval nowhere', /^lockstep: nowhere: cannot be read: ENOENT/],
  ['eval', /^lockstep: lockstep eval needs a checkpoint, a policy file or the folder of a run/],
  [
    'eval run --eval-seed 4294967295',
    /--eval-seed 4294967295: of 2 agents, it must be at most 4294967294/,
  ],
  ['eval run --episodes 0', /the number of episodes must be an integer from 1/],
  ['eval run --param GRAVITY=1', /^lockstep: --param GRAVITY=1: params\.GRAVITY is a constant/],
  ['eval run --agent 2', /--agent 2|--agent is not a flag of lockstep eval/],
])('%s is refused', async (line, message) => {
  const { code, stderr } = await run(line);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
