/** The command trains worlds on the host, and ends in order when they fail. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostModule } from '../node/host-module';
import { ensureBuilt, lockstep } from '../support/lockstep';

beforeAll(ensureBuilt);
const root = mkdtempSync(join(tmpdir(), 'lockstep-cli-host-'));
afterAll(() => rmSync(root, { recursive: true }));

const SIZES =
  '--num-envs 4 --num-steps 8 --total-timesteps 160 --num-minibatches 1 --hidden-sizes 5 ' +
  '--episodes 3 --workers 2';
const run = (line: string) => lockstep(line, { cwd: root });

test('a run whose world fails keeps its last iteration, and a mended one goes on', async () => {
  const failing = hostModule('failing', "if (steps === 20) throw new Error('no more coal');");
  const failed = await run(`train ${failing} ${SIZES} --run-dir failed`);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(
    /^lockstep: environment HostDrift-v0: step threw Error: no more coal\n +at .*failing\.mjs:21:/m,
  );
  expect(failed.stdout).toBe('');
  expect(readdirSync(join(root, 'failed', 'checkpoints'))).toContainEqual(
    expect.stringMatching(/^iteration-0*2\./),
  );
  const notes = readFileSync(join(root, 'failed', 'notes.jsonl'), 'utf8');
  expect(notes).toContain('no more coal');

  const alone = await run('train --resume failed');
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain('environment HostDrift-v0 steps on the host, and files keep no');

  const mended = await run(`train ${hostModule('mended')} --resume failed --json --episodes 3`);
  expect(mended.stderr).toContain(
    'the states of HostDrift-v0 were not saved, so its environments begin new episodes',
  );
  expect(mended.code).toBe(0);
  expect(JSON.parse(mended.stdout)).toMatchObject({ timesteps: 160, fault: null });
});

test.each([
  ['hangs', 'while (steps === 20);', 'step has not come back for 2 s (stepTimeout)'],
  [
    'returns the wrong length',
    'if (steps === 20) return { observations: [], rewards: [], terminated: [] };',
    'step returned observations of the length 0; its length must be 2',
  ],
])('a run whose world %s ends with its error and a checkpoint', async (name, wrong, words) => {
  const folder = name.replaceAll(' ', '-');
  const { code, stdout, stderr } = await run(
    `train ${hostModule(folder, wrong)} ${SIZES} --run-dir ${folder}`,
  );
  expect(stderr).toContain(`lockstep: environment HostDrift-v0: ${words}\n`);
  expect(stdout).toBe('');
  expect(code).toBe(1);
  expect(readdirSync(join(root, folder, 'checkpoints'))).toContainEqual(
    expect.stringMatching(/^iteration-0*2\./),
  );
});

test('eval and record take the module behind the run', async () => {
  const module = hostModule('sound');
  const trained = await run(`train ${module} ${SIZES} --run-dir sound --json`);
  expect(trained.code).toBe(0);
  const evaluated = await run(`eval sound ${module} --episodes 5 --json`);
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ environment: 'HostDrift-v0', episodes: 5 });
  const recorded = await run(`record sound sound.png ${module}`);
  expect(recorded.code).toBe(0);
  expect(recorded.stdout).toMatch(/^sound\.png: \d+ kB; /);
  // An export needs no environment.
  const exported = await run('export sound --format js --out sound.mjs');
  expect(exported.stderr).not.toContain('steps on the host');
  expect(exported.code).toBe(0);
});
