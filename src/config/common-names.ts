/** Names that config fields have in other libraries, so that errors can offer ours. */
import { plainName } from './nearest-names';
import type { PpoConfig } from './ppo-config';

/** Per field its other names, of which case, dashes and underscores do not count. */
export const COMMON_NAMES: { readonly [Key in keyof PpoConfig]?: string } = {
  seed: 'random_seed',
  numAgents: 'agents population population_size seeds num_seeds n_seeds n_agents',
  numEnvs:
    'envs n_envs environments num_environments num_workers num_envs_per_worker num_env_runners ' +
    'num_envs_per_env_runner num_actors n_actors actors',
  numSteps:
    'steps n_steps rollout_length rollout_steps rollout_fragment_length num_steps_per_env ' +
    'unroll_length horizon horizon_length',
  totalTimesteps:
    'timesteps n_timesteps num_timesteps total_steps total_env_steps max_steps max_timesteps',
  numMinibatches:
    'batch_size minibatch_size sgd_minibatch_size minibatches nminibatches num_batches',
  updateEpochs:
    'epochs n_epochs num_epochs ppo_epochs k_epochs noptepochs num_sgd_iter mini_epochs ' +
    'num_learning_epochs num_updates_per_batch',
  learningRate: 'lr step_size actor_lr pi_lr actor_learning_rate',
  criticLearningRate: 'critic_lr vf_lr value_lr value_learning_rate',
  annealLr: 'lr_schedule learning_rate_schedule lr_decay lr_anneal schedule linear_schedule',
  desiredKl: 'kl_target kl_threshold d_targ',
  targetKl: 'max_kl kl_stop',
  gamma: 'discount discounting discount_factor',
  gaeLambda: 'lambda lam lmbda gae tau td_lambda',
  maxGradNorm: 'grad_clip clip_grad grad_norm clip_grad_norm gradient_clip max_gradient_norm',
  normAdv:
    'normalize_advantage normalize_advantages normalize_advantage_per_mini_batch ' +
    'standardize_advantages',
  adamEps: 'eps adam_epsilon optimizer_eps',
  weightDecay: 'l2 l2_coef wd',
  hiddenSizes:
    'net_arch hidden hidden_size hidden_dim hidden_dims hidden_layers hidden_units layers units ' +
    'fcnet_hiddens actor_hidden_dims critic_hidden_dims mlp_size',
  activation: 'activation_fn activation_function fcnet_activation nonlinearity',
  sharedTrunk: 'vf_share_layers share_layers shared_network shared_layers share_parameters',
  logStdInit: 'init_noise_std init_std init_log_std std_init',
  stateDependentStd: 'state_dependent_log_std',
  squashActions: 'squash squash_output tanh_actions',
  advantageEstimator: 'use_gae estimator',
  normObs: 'normalize_observations normalize_obs obs_norm normalize_input empirical_normalization',
  normReward: 'normalize_reward normalize_rewards reward_norm norm_returns normalize_returns',
  clipCoef:
    'clip clip_range clip_ratio clip_param clip_eps clip_epsilon clipping_epsilon e_clip ' +
    'ppo_clip epsilon',
  clipVloss: 'clip_value clip_value_loss value_clip use_clipped_value_loss',
  vfClipCoef: 'clip_range_vf vf_clip_param vf_clip',
  vfCoef: 'vf vf_loss_coeff value_loss_coef value_coef value_loss_weight critic_coef',
  entCoef: 'ent entropy entropy_coeff entropy_coef entropy_cost entropy_bonus entropy_beta',
  klCoef: 'kl_coeff kl_beta kl_penalty',
};

const KEYS_BY_NAME: ReadonlyMap<string, keyof PpoConfig> = new Map(
  Object.entries(COMMON_NAMES).flatMap(([key, names]) =>
    names.split(' ').map((name) => [plainName(name), key as keyof PpoConfig] as const),
  ),
);

/** The config field that other libraries call `word`; undefined if none. */
export function keyOfCommonName(word: string): keyof PpoConfig | undefined {
  return KEYS_BY_NAME.get(plainName(word));
}
