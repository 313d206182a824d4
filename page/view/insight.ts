/** How a policy decides in the state that is shown large. */
import {
  type ActionDistribution,
  type EnvironmentDefinition,
  type HostPolicy,
  type LiveState,
  loadPolicy,
  type Policy,
  type PpoConfig,
} from '../../src/index';

export interface Insight {
  readonly distribution: ActionDistribution;
  /** What the critic expects of the discounted return; null for a policy without a critic. */
  readonly value: number | null;
  /** What the policy does, [A]. */
  readonly action: readonly number[];
}

/** The host's copy of the policy that was asked for last. */
export class PolicyReader {
  private policy: Policy | undefined;
  private host: Promise<HostPolicy> | undefined;

  constructor(
    private readonly environment: EnvironmentDefinition,
    private readonly config: PpoConfig,
  ) {}

  /** What a policy makes of a state. */
  async read(policy: Policy, { observation, mask, action }: LiveState): Promise<Insight> {
    const { environment, config } = this;
    if (policy !== this.policy) this.host = loadPolicy({ environment, config, policy });
    this.policy = policy;
    const host = await this.host!;
    const { value } = host.act(observation, { mask });
    return { distribution: host.distribution(observation, { mask }), value, action };
  }
}
