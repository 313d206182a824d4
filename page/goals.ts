/** What a policy learns in each built-in environment, in words that follow "A policy learns". */
const GOALS: Readonly<Record<string, string>> = {
  'CartPole-v1': 'to keep a pole upright on a cart',
  'Acrobot-v1': 'to swing two links up above a line',
  'MountainCar-v0': 'to drive out of a valley with an engine that is too weak',
  'MountainCarContinuous-v0': 'to drive out of a valley with little push',
  'Pendulum-v1': 'to swing a rod up and hold it there',
  'MinAtar-Breakout-v1': 'to return a ball and clear the bricks',
  'MinAtar-Asterix-v1': 'to pick up gold and keep away from enemies',
  'MinAtar-Freeway-v1': 'to bring a chicken across a road full of cars',
  'MinAtar-SpaceInvaders-v1': 'to shoot aliens before they land',
  'MinAtar-Seaquest-v1': 'to pick up divers, shoot fish and come up for air',
  'LunarLander-v3': 'to land between two flags',
  'LunarLanderContinuous-v3': 'to land between two flags with engines that can be throttled',
  'Snake-v0': 'to eat without being caught in its own body',
  'Snake-20x20-v0': 'to eat without being caught in its own body, on a large board',
  '2048-v0': 'to merge tiles into ever larger numbers',
  'ZombieSurvival-v0': 'to run around a crowd of zombies',
  'Trading-v0': 'to trade at prices that swing about a level',
  'TokenWriter-v0': 'to write tokens that a reward model likes',
  'ConnectFour-v0': 'to connect four discs in a row, against earlier policies of its own',
};

/** The ids of the environments, in the order of `lockstep envs`. */
export const ENVIRONMENT_IDS: readonly string[] = Object.keys(GOALS);

export function goalOf(environment: string): string {
  return GOALS[environment] ?? `to act in ${environment}`;
}
