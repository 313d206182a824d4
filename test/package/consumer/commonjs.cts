import lockstep = require('lockstep-ppo');
import node = require('lockstep-ppo/node');

async function train(): Promise<lockstep.Evaluation> {
  const environment = lockstep.findEnvironment('CartPole-v1');
  const trainer = await lockstep.createTrainer({ gpu: await node.requestNodeGpu(), environment });
  // @ts-expect-error no such member
  trainer.nonsense;
  return trainer.evaluate();
}

export = train;
