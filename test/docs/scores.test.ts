/** docs/environments: the scores of random and scripted policies are what the twins measure. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { environmentFile } from '../../src/environments/definition';
import { findEnvironment } from '../../src/environments/index';
import { REWARD_MODEL } from '../../src/environments/token-writer-model';
import { TRADING_PRICES } from '../../src/environments/trading-prices';
import type { Environment } from '../reference/environment';
import { TWINS } from '../reference/environments';
import { mean } from '../reference/moments';
import { SCRIPTED } from '../reference/scripted/policies';
import { meanReturn, randomPolicy, type ScriptedPolicy } from '../reference/scripted/policy';
import { buyAndHold } from '../reference/scripted/trading';
import { PROMPTS } from '../reference/token-writer';
import { largestOutput } from '../reference/token-writer-search';
import { tradingOn } from '../reference/trading';

const EPISODES = { episodes: 200, seed: 1 };
const HELD_OUT = tradingOn({ prices: TRADING_PRICES, isHeldOut: true });
/** Where policies are scored, if not where they are trained. */
const EVALUATED: Readonly<Record<string, Environment<unknown>>> = { 'Trading-v0': HELD_OUT };

/** The page of an environment has the name of its module. */
const pageOf = (id: string): string => {
  const [, stem] = /([\w-]+)\.wesl$/.exec(environmentFile(findEnvironment(id)))!;
  return `docs/environments/${stem}.md`;
};

/** The text of the page, empty where there is none. */
function textOf(id: string): string {
  const path = pageOf(id);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The score in the row that begins with these cells. */
function scoreOf(page: string, id: string, policy: string): number {
  const row = page.split('\n').find((line) => line.startsWith(`| ${id} | ${policy}`));
  return Number(row?.split('|')[3]?.trim().replaceAll(',', ''));
}

function expectStated(page: string, id: string, policy: string, measured: number): void {
  const difference = Math.abs(scoreOf(page, id, policy) - measured);
  expect(difference, `${policy}: ${measured}`).toBeLessThan(0.051 + 0.001 * Math.abs(measured));
}

describe.each(Object.entries(SCRIPTED))('%s', (id, scripted) => {
  const twin = EVALUATED[id] ?? TWINS[id]!;
  const { action } = findEnvironment(id);
  const page = textOf(id);
  const policies = {
    random: randomPolicy(twin, action.type === 'discrete' ? action.n : 0),
    scripted: scripted as ScriptedPolicy<unknown>,
  };

  test.each(Object.entries(policies))('the score of the %s policy', (name, policy) => {
    expectStated(page, id, name, meanReturn(twin, policy, EPISODES));
  });

  test('the trained one is better by far', () => {
    const [random, script, trained] = ['random', 'scripted', 'trained'].map((name) =>
      scoreOf(page, id, name),
    );
    expect(script).toBeGreaterThan(random!);
    expect(trained! - random!).toBeGreaterThan(1.2 * (script! - random!));
  });
});

test('Trading-v0: the score of buying and holding', () => {
  const id = 'Trading-v0';
  expectStated(textOf(id), id, 'buy and hold', meanReturn(HELD_OUT, buyAndHold, EPISODES));
});

test('TokenWriter-v0: the best score, of which the trained policies miss less than 5 %', () => {
  const id = 'TokenWriter-v0';
  const page = textOf(id);
  const best = 0.1 * mean(PROMPTS.map((prompt) => largestOutput(REWARD_MODEL, prompt)));
  expectStated(page, id, 'best of all answers', best);
  expect(scoreOf(page, id, 'trained')).toBeGreaterThan(0.95 * best);
});
