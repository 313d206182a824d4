/** Worlds as the documentation shows them, trained by a program that runs in every engine. */
import { readFileSync } from 'node:fs';
import type { EngineRun } from './engines';

/** The first block of a language in a page. */
function block(page: string, language: string): string {
  const text = readFileSync(`docs/${page}.md`, 'utf8');
  return new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(text)![1]!;
}

const withoutImports = (text: string): string =>
  text.replace(/^import .*$/gm, '').replace('export const environment =', 'return');

/** Functions that make the environments of docs/environments.md and docs/host-worlds.md. */
const RAIL = `({ defineEnvironment }) => {
  const readFileSync = () => ${JSON.stringify(block('environments', 'wgsl'))};
  ${withoutImports(block('environments', 'js'))}
}`;
const CORRIDOR = `({ defineHostEnvironment }) => {
  ${withoutImports(block('host-worlds', 'js'))}
}`;

/** What a world makes of a short run. */
export type WorldRun = EngineRun & { readonly endedEpisodes: number };

/**
 * An async function of the library and a device, as text, that trains in both worlds.
 * @param config of the runs, as JSON
 */
export function ownWorlds(config: object): string {
  return `async (library, gpu) => {
    const runs = [];
    for (const make of [${RAIL}, ${CORRIDOR}]) {
      const environment = make(library);
      const config = ${JSON.stringify(config)};
      const trainer = await library.createTrainer({ gpu, environment, config });
      const policyLosses = [];
      for await (const { agents } of trainer) policyLosses.push(agents[0]['losses/policy_loss']);
      const parameters = Array.from(await trainer.parameters());
      const { endedEpisodes } = await trainer.evaluate({ episodes: 8 });
      trainer.destroy();
      runs.push({ policyLosses, parameters, endedEpisodes });
    }
    return runs;
  }`;
}
