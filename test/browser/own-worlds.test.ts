/** Worlds written from the documentation train in a page as in Node. */
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index';
import { chromiumProblem, withPage } from '../support/chromium';
import { expectAgreement, SHORT_RUN } from '../support/engines';
import { openTestGpu } from '../support/gpu';
import { libraryPage } from '../support/library-page';
import { ownWorlds, type WorldRun } from '../support/own-worlds';

const problem = await chromiumProblem();
const PROGRAM = ownWorlds(SHORT_RUN);

describe.skipIf(problem !== undefined)(
  `worlds of one's own in Chromium${problem ? ` (${problem})` : ''}`,
  () => {
    test('train in a module and in a world on the host', async () => {
      const run = new Function(`return ${PROGRAM}`)() as (
        ...given: unknown[]
      ) => Promise<WorldRun[]>;
      const here = await run(library, await openTestGpu());
      const script = `window.run = library.requestGpu().then((gpu) => (${PROGRAM})(library, gpu));`;
      const there = await withPage(await libraryPage(script), (page) =>
        page.evaluate(() => Reflect.get(window, 'run') as Promise<WorldRun[]>),
      );
      expect(there).toHaveLength(2);
      for (const [index, own] of there.entries()) {
        expectAgreement(here[index]!, own);
        expect(own.endedEpisodes).toBe(8);
      }
    });
  },
);
