/** docs/host-worlds.md: its world trains as it stands there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EnvironmentDefinition } from '../../src/environments/definition';
import { createTrainer, defineHostEnvironment } from '../../src/index';
import { openTestGpu } from '../support/gpu';

const PAGE = readFileSync('docs/host-worlds.md', 'utf8');
const [WORLD] = [...PAGE.matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1]!);

test('the world of the page learns to leave at the right end', async () => {
  const body = WORLD!.replace(/^import .*$/gm, '').replace('export const', 'const');
  const make = new Function('defineHostEnvironment', `${body}; return environment;`);
  const environment = make(defineHostEnvironment) as EnvironmentDefinition;
  const config = { totalTimesteps: 16_384, numSteps: 32, seed: 1 };
  const trainer = await createTrainer({ gpu: await openTestGpu(), environment, config });
  const before = await trainer.evaluate({ episodes: 50 });
  for await (const { iteration } of trainer) expect(iteration).toBeGreaterThan(0);
  const after = await trainer.evaluate({ episodes: 50 });
  trainer.destroy();
  expect(before.endedEpisodes).toBe(50);
  expect(after.meanReturn).toBeGreaterThan(0.9);
  expect(after.meanReturn).toBeGreaterThan(before.meanReturn);
});
