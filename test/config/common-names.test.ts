import { expect, test } from 'vitest';
import { findProblems } from '../../src/config/check';
import { COMMON_NAMES, keyOfCommonName } from '../../src/config/common-names';
import { DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_FIELDS } from '../../src/config/fields';
import { plainName } from '../../src/config/nearest-names';
import type { PpoConfig } from '../../src/config/ppo-config';

test.each([
  // Stable-Baselines3
  ['n_steps', 'numSteps'],
  ['n_epochs', 'updateEpochs'],
  ['clip_range', 'clipCoef'],
  ['clip_range_vf', 'vfClipCoef'],
  ['net_arch', 'hiddenSizes'],
  ['normalize_advantage', 'normAdv'],
  // RLlib
  ['lr', 'learningRate'],
  ['lambda_', 'gaeLambda'],
  ['num_sgd_iter', 'updateEpochs'],
  ['vf_loss_coeff', 'vfCoef'],
  ['entropy_coeff', 'entCoef'],
  ['grad_clip', 'maxGradNorm'],
  // Short ones of the command line
  ['--batch-size', 'numMinibatches'],
  ['--clip', 'clipCoef'],
] as const)('%s is called %s here', (name, key) => {
  expect(keyOfCommonName(name)).toBe(key);
});

test('a name of our own is not translated', () => {
  // ent_coef, vf_coef, max_grad_norm, gae_lambda and target_kl are the same words in both.
  for (const key of Object.keys(CONFIG_FIELDS)) expect(keyOfCommonName(key)).toBeUndefined();
});

test('every name stands for one field', () => {
  const names = Object.values(COMMON_NAMES).flatMap((list) => list.split(' ').map(plainName));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('an unknown key of a configuration is translated', () => {
  const config = { ...DEFAULT_CONFIG, ent_coeff: 0, entropyCoeff: 0 } as PpoConfig;
  expect(findProblems(config).map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^ent_coeff is not a config key; the nearest are entCoef, /),
    'entropyCoeff is not a config key; did you mean entCoef? Weight of the entropy bonus.',
  ]);
});
