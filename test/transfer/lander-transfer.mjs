/**
 * Whether a LunarLander policy keeps its return in the other program's world.
 *
 *     node test/transfer/lander-transfer.mjs RUN --agent 0 --python .venv/bin/python
 *     node test/transfer/lander-transfer.mjs ppo_lander.zip --environment LunarLander-v3
 *
 * A run trained here is exported and flown in Gymnasium's own environment; a zip of
 * Stable-Baselines3 is imported and flown here. Prints both returns with their standard errors, and
 * the share that is kept. Needs `npm run build`, and a Python with gymnasium[box2d] (and
 * stable-baselines3 for a zip).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    agent: { type: 'string', default: '0' },
    environment: { type: 'string', default: 'LunarLander-v3' },
    episodes: { type: 'string', default: '100' },
    python: { type: 'string', default: 'python3' },
  },
});
const [policy] = positionals;
if (!policy) throw new Error('name a run folder, a policy file or a zip of Stable-Baselines3');

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const output = (program, ...args) =>
  execFileSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
const lockstep = (...args) => output(process.execPath, pathOf('../../dist/cli.js'), ...args);
const lastLine = (text) => JSON.parse(text.trim().split('\n').at(-1));

const folder = mkdtempSync(join(tmpdir(), 'lander-'));
const { environment, episodes, agent, python } = values;
const isForeign = policy.endsWith('.zip');

/** The file that flies here and the one that flies in Gymnasium. */
function bothFiles() {
  if (isForeign) {
    const own = join(folder, 'policy.safetensors');
    lockstep('import', policy, '--environment', environment, '--out', own);
    return { own, other: policy };
  }
  const other = join(folder, 'policy.json');
  lockstep('export', policy, '--agent', agent, '--format', 'json', '--out', other);
  return { own: policy, other };
}

const { own, other } = bothFiles();
const evaluation = lastLine(lockstep('eval', own, '--episodes', episodes, '--json', '--quiet'));
const here = evaluation.perAgent[isForeign ? 0 : Number(agent)];
const fly = pathOf('./fly_in_gymnasium.py');
const there = lastLine(output(python, fly, environment, other, '--episodes', episodes));
const show = ({ mean, error }) => `${mean.toFixed(1)} ± ${error.toFixed(1)}`;
const hereShown = { mean: here.meanReturn, error: here.stdReturn / Math.sqrt(Number(episodes)) };
console.log(`in Lockstep   ${show(hereShown)} over ${episodes} greedy episodes`);
console.log(`in Gymnasium  ${show(there)}`);
const [first, second] = isForeign ? [there, hereShown] : [hereShown, there];
console.log(`kept          ${(second.mean / first.mean).toFixed(3)}`);
