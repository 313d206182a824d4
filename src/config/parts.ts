/** Whether a run needs a frozen reference policy. */
import type { PpoConfig } from './ppo-config';

export type ReferenceConfig = Pick<PpoConfig, 'refKlCoef' | 'refKlRewardCoef'>;

/** Whether any agent is penalised for its divergence from a frozen reference policy. */
export function usesReference({ refKlCoef = 0, refKlRewardCoef = 0 }: Partial<ReferenceConfig>) {
  return [refKlCoef, refKlRewardCoef].flat().some((coefficient) => coefficient > 0);
}
