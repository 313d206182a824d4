/** The configuration of one agent for its twin. */

import { forAgent } from '../../src/config/per-agent';
import type { PpoConfig } from '../../src/config/ppo-config';
import { deriveSizes } from '../../src/config/sizes';
import { agentSeed } from '../../src/trainer/agent-record';
import type { PpoSettings } from '../reference/train-state';

export function settingsOf(config: PpoConfig, agent = 0): PpoSettings {
  const clipCoef = forAgent(config.clipCoef, agent);
  return {
    seed: agentSeed(config, agent),
    domain: 0,
    numEnvs: config.numEnvs,
    numSteps: config.numSteps,
    numMinibatches: config.numMinibatches,
    updateEpochs: config.updateEpochs,
    iterations: deriveSizes(config).iterations,
    learningRate: forAgent(config.learningRate, agent),
    criticLearningRate:
      forAgent(config.criticLearningRate, agent) || forAgent(config.learningRate, agent),
    annealLr: forAgent(config.annealLr, agent),
    annealClip: forAgent(config.annealClip, agent),
    annealEnt: forAgent(config.annealEnt, agent),
    annealKl: forAgent(config.annealKl, agent),
    klCoef: forAgent(config.klCoef, agent),
    refKlCoef: forAgent(config.refKlCoef, agent),
    desiredKl: forAgent(config.desiredKl, agent),
    targetKl: forAgent(config.targetKl, agent),
    weightDecay: forAgent(config.weightDecay, agent),
    gamma: forAgent(config.gamma, agent),
    gaeLambda: forAgent(config.gaeLambda, agent),
    advantageEstimator: config.advantageEstimator,
    groupSize: config.groupSize,
    recomputeAdvantages: config.recomputeAdvantages,
    minibatchBy: config.minibatchBy,
    maxGradNorm: forAgent(config.maxGradNorm, agent),
    adamEps: forAgent(config.adamEps, agent),
    objective: forAgent(config.objective, agent),
    clipCoef,
    dualClip: forAgent(config.dualClip, agent),
    clipVlossCoef: forAgent(config.clipVloss, agent)
      ? forAgent(config.vfClipCoef, agent) || clipCoef
      : null,
    huberDelta: forAgent(config.huberDelta, agent),
    vfCoef: forAgent(config.vfCoef, agent),
    entCoef: forAgent(config.entCoef, agent),
    normAdv: forAgent(config.normAdv, agent),
    activation: {
      actor: config.activation,
      critic: config.criticActivation === 'same' ? config.activation : config.criticActivation,
    },
    normObs: config.normObs,
    clipObs: forAgent(config.clipObs, agent),
    normReward: config.normReward,
    clipReward: forAgent(config.clipReward, agent),
  };
}
