/** A value head whose reward is the same in every step, so that its value is reward / (1 - γ). */
import { recordDispatch, type ValueHead, write } from '../../src/index';
import constantRewardShader from './constant-reward.wesl';

const REWARD_LANES = 64;

export function constantReward(
  reward: number,
  gamma: number,
  coefficient: number,
  name = 'constant',
): ValueHead {
  return {
    ...{ name, gamma, gaeLambda: 1, coefficient },
    rewards: (runtime, { sizes }, rewards) => {
      const source = {
        shader: 'constant-reward',
        modules: { 'constant-reward': constantRewardShader },
        constants: { REWARD: `${reward}f`, REWARD_LANES },
      };
      return () => [
        recordDispatch(runtime, source, {
          shape: { stride: sizes.stride, steps: sizes.steps },
          tensors: { rewards: write(rewards) },
          workgroups: [Math.ceil(sizes.stride / REWARD_LANES), sizes.steps, sizes.agents],
        }),
      ];
    },
  };
}
