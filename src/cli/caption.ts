/** The words below a shown state, and those about an episode that has ended. */
import type { ActionSpace } from '../action-space';
import type { Ending, Frame } from '../drawing/frames';
import type { EnvironmentDefinition } from '../environments/definition';
import { counted, formatSpread } from './numbers';
import { meanOf } from './run-figures';

const DECIMALS = 2;

/** A return or reward without needless decimals: "37", "-0.25". */
export function formatSum(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(DECIMALS))) : String(value);
}

/** "push left", "choice 3", or the numbers of a continuous action. */
export function formatAction(space: ActionSpace, action: readonly number[]): string {
  if (space.type === 'discrete') return space.names?.[action[0]!] ?? `choice ${action[0]}`;
  const decimals = space.type === 'box' ? DECIMALS : 0;
  return action.map((value) => value.toFixed(decimals)).join(' ');
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  terminated: 'the task ended',
  truncated: 'the time limit ended it',
  abandoned: 'it was abandoned',
};

/** An episode that has ended: "episode 2: return 200 in 200 steps, the time limit ended it". */
export function formatEpisode({ episode, step, sum, ending }: Frame): string {
  const end = ending ? `, ${ENDINGS[ending]}` : '';
  return `episode ${episode + 1}: return ${formatSum(sum)} in ${counted(step, 'step')}${end}`;
}

/** One line about a state and the action that is taken in it. */
export function formatCaption(
  { action }: EnvironmentDefinition,
  frame: Frame,
  episodes: number,
): string {
  const { episode, step, sum, played, ending } = frame;
  const facts = [`episode ${episode + 1} of ${episodes}`, `step ${step}`];
  facts.push(`return ${formatSum(sum)}`);
  if (played) facts.push(formatAction(action, played.action));
  if (ending) facts.push(ENDINGS[ending]);
  return facts.join('  ');
}

/** "3 episodes: return 203.4 ± 12.1" */
export function formatReturns(returns: readonly number[]): string {
  const mean = meanOf(returns);
  const square = meanOf(returns.map((value) => (value - mean) ** 2));
  const spread = formatSpread(mean, Math.sqrt(square), formatSum);
  return `${counted(returns.length, 'episode')}: return ${spread}`;
}
