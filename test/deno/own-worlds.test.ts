/** Worlds written from the documentation train in Deno as in Node. */
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index';
import { findDeno } from '../support/deno';
import { expectAgreement, SHORT_RUN } from '../support/engines';
import { openTestGpu } from '../support/gpu';
import { ownWorlds, type WorldRun } from '../support/own-worlds';

const gpu = await openTestGpu();
const deno = await findDeno(gpu.adapter.name);
const suite = `deno${typeof deno === 'string' ? ` (${deno})` : ''}`;
const PROGRAM = ownWorlds(SHORT_RUN);

describe.skipIf(typeof deno === 'string')(suite, () => {
  test('trains in a module and in a world on the host', async () => {
    if (typeof deno === 'string') throw new Error(deno);
    const run = new Function(`return ${PROGRAM}`)() as (...given: unknown[]) => Promise<WorldRun[]>;
    const here = await run(library, gpu);
    const there = deno.run(`
      import * as library from './src/index';
      say(await (${PROGRAM})(library, await library.requestGpu()));
    `) as WorldRun[];
    expect(there).toHaveLength(2);
    for (const [index, own] of there.entries()) {
      expectAgreement(here[index]!, own);
      expect(own.endedEpisodes).toBe(8);
    }
  });
});
