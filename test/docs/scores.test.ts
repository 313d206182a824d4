/** docs/environments: the scores of random and scripted policies are what the twins measure. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { environmentFile } from '../../src/environments/definition';
import { findEnvironment } from '../../src/environments/index';
import { TWINS } from '../reference/environments';
import { SCRIPTED } from '../reference/scripted/policies';
import { meanReturn, randomPolicy, type ScriptedPolicy } from '../reference/scripted/policy';

const EPISODES = { episodes: 200, seed: 1 };

/** The page of an environment has the name of its module. */
const pageOf = (id: string): string => {
  const [, stem] = /([\w-]+)\.wesl$/.exec(environmentFile(findEnvironment(id)))!;
  return `docs/environments/${stem}.md`;
};

/** The score in the row that begins with these cells. */
function scoreOf(page: string, id: string, policy: string): number {
  const row = page.split('\n').find((line) => line.startsWith(`| ${id} | ${policy}`));
  return Number(row?.split('|')[3]?.trim().replaceAll(',', ''));
}

describe.each(Object.entries(SCRIPTED))('%s', (id, scripted) => {
  const twin = TWINS[id]!;
  const { action } = findEnvironment(id);
  const path = pageOf(id);
  const page = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const policies = {
    random: randomPolicy(twin, action.type === 'discrete' ? action.n : 0),
    scripted: scripted as ScriptedPolicy<unknown>,
  };

  test.each(Object.entries(policies))('the score of the %s policy', (name, policy) => {
    const measured = meanReturn(twin, policy, EPISODES);
    const stated = scoreOf(page, id, name);
    expect(Math.abs(stated - measured), `${name}: ${measured}`).toBeLessThan(
      0.051 + 0.001 * Math.abs(measured),
    );
  });

  test('the trained one is better by far', () => {
    const [random, script, trained] = ['random', 'scripted', 'trained'].map((name) =>
      scoreOf(page, id, name),
    );
    expect(script).toBeGreaterThan(random!);
    expect(trained! - random!).toBeGreaterThan(1.2 * (script! - random!));
  });
});
