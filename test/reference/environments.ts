/** The twins of environments by their ids; the contract tests pick them up. */

import { REWARD_MODEL } from '../../src/environments/token-writer-model';
import { TRADING_PRICES } from '../../src/environments/trading-prices';
import { acrobot } from './acrobot';
import { cartPole } from './cartpole';
import { connectFour } from './connect-four';
import type { Environment } from './environment';
import { continuousLander, discreteLander } from './lunar-lander';
import { minatarAsterix } from './minatar-asterix';
import { minatarBreakout } from './minatar-breakout';
import { minatarFreeway } from './minatar-freeway';
import { minatarSeaquest } from './minatar-seaquest';
import { minatarSpaceInvaders } from './minatar-space-invaders';
import { mountainCar } from './mountain-car';
import { mountainCarContinuous } from './mountain-car-continuous';
import { pendulum } from './pendulum';
import { snakeOn } from './snake';
import { tokenWriterWith } from './token-writer';
import { tradingOn } from './trading';
import { twentyFortyEight } from './twenty-forty-eight';
import { zombieSurvival } from './zombie-survival';

export const TWINS: Readonly<Record<string, Environment<unknown>>> = {
  'CartPole-v1': cartPole,
  'Acrobot-v1': acrobot,
  'MountainCar-v0': mountainCar,
  'MountainCarContinuous-v0': mountainCarContinuous,
  'Pendulum-v1': pendulum,
  'MinAtar-Breakout-v1': minatarBreakout,
  'MinAtar-Asterix-v1': minatarAsterix,
  'MinAtar-Freeway-v1': minatarFreeway,
  'MinAtar-SpaceInvaders-v1': minatarSpaceInvaders,
  'MinAtar-Seaquest-v1': minatarSeaquest,
  'LunarLander-v3': discreteLander(),
  'LunarLanderContinuous-v3': continuousLander(),
  'Snake-v0': snakeOn(10),
  'Snake-20x20-v0': snakeOn(20),
  '2048-v0': twentyFortyEight,
  'ZombieSurvival-v0': zombieSurvival,
  'Trading-v0': tradingOn({ prices: TRADING_PRICES, isHeldOut: false }),
  'TokenWriter-v0': tokenWriterWith(REWARD_MODEL),
  'ConnectFour-v0': connectFour,
};
