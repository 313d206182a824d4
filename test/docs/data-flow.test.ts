/** docs/data-flow.md: its table has every stage of an iteration, in order, and no other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { LAYERED } from '../../src/network/kernel-plan';
import { constantReward } from '../network/constant-reward';
import { openTestGpu } from '../support/gpu';
import { nim } from '../support/nim';
import { smallTrainer } from '../trainer/training';

const table = /^## Stages$([\s\S]*?)^## /m.exec(readFileSync('docs/data-flow.md', 'utf8'))![1]!;
const ROWS = [...table.matchAll(/^\| ([^|]+) \|/gm)]
  .flatMap((match) => match[1]!.split(', '))
  .filter((name) => name !== 'stage');

async function stagesOf(...run: Parameters<typeof smallTrainer>) {
  const trainer = await smallTrainer(...run);
  const names = [...new Set(trainer.run.stages.map(({ name }) => name))];
  trainer.destroy();
  return { names, plan: trainer.plan };
}

test('the table of stages is that of the trainer', async () => {
  await openTestGpu();
  const config = { normObs: true, normReward: true, refKlCoef: 0.1 };
  const layered = await stagesOf(config, cartpole, { valueHeads: [constantReward(1, 0.9, 1)] });
  const fused = await stagesOf({ hiddenSizes: [8, 8] });
  const plan = { ...LAYERED, forward: fused.plan.forward };
  const mixed = await stagesOf({ hiddenSizes: [8, 8] }, cartpole, { plan });
  const played = await stagesOf({}, nim());
  const all = [layered, fused, mixed, played].map(({ names }) => names);
  for (const names of all) expect(ROWS.filter((name) => names.includes(name))).toEqual(names);
  expect(new Set(ROWS)).toEqual(new Set(all.flat()));
});
