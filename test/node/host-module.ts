/** Modules of host worlds in a folder of their own, as users write them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** The environment of test/environments/host-drift.ts as a plain description. */
const MODULE = `
const first = (seed) => (seed >>> 8) / 2 ** 24;

export const environment = {
  id: 'HostDrift-v0',
  source: 'made up for the tests',
  observation: [{ name: 'place', low: -4, high: 4 }],
  action: { type: 'discrete', n: 2 },
  maxEpisodeSteps: 20,
  stepTimeout: 2000, // Further members.
  create({ numEnvs }) {
    let places = new Float32Array(numEnvs);
    let steps = 0;
    return {
      reset(environments, seeds) {
        for (const [index, n] of environments.entries()) places[n] = first(seeds[index]);
        return { observations: places };
      },
      step(actions) {
        steps += 1;
        // What goes wrong.
        for (const [n, action] of actions.entries()) places[n] += action - 0.5;
        const terminated = [...places].map((place) => Math.abs(place) > 3);
        return { observations: places, rewards: places.map(() => 1), terminated };
      },
      save: () => [...places],
      restore(saved) {
        places = Float32Array.from(saved);
      },
    };
  },
};
`;

const folder = mkdtempSync(join(tmpdir(), 'lockstep-host-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Writes a module and returns its path.
 * @param wrong a statement that runs in every step, in which `steps` counts from 1
 * @param members further members of the description
 */
export function hostModule(name: string, wrong = '', members = ''): string {
  const path = join(folder, `${name}.mjs`);
  const module = MODULE.replace('// What goes wrong.', wrong);
  writeFileSync(path, module.replace('// Further members.', members));
  return path;
}
