/** Which optional parts an iteration has. Kernels are chosen by them, so they cannot change. */
import type { PpoConfig } from './ppo-config';

export type ReferenceConfig = Pick<PpoConfig, 'refKlCoef' | 'refKlRewardCoef'>;

/** Whether any agent is penalised for its divergence from a frozen reference policy. */
export function usesReference({ refKlCoef = 0, refKlRewardCoef = 0 }: Partial<ReferenceConfig>) {
  return [refKlCoef, refKlRewardCoef].flat().some((coefficient) => coefficient > 0);
}

/** Whether any agent's updates may end before the iteration does. */
export function stopsEarly({ targetKl }: Pick<PpoConfig, 'targetKl'>): boolean {
  return [targetKl].flat().some((kl) => kl > 0);
}

/** Whether rewards are divided or clipped before agents learn from them. */
export function scalesRewards({
  normReward,
  clipReward,
}: Pick<PpoConfig, 'normReward' | 'clipReward'>): boolean {
  return normReward || [clipReward].flat().some((bound) => bound !== 0);
}
