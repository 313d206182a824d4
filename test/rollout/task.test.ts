/** Which options fit which action space. */
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error';
import { cartpole } from '../../src/environments/cartpole';
import { pendulum } from '../../src/environments/pendulum';
import { createTask } from '../../src/rollout/task';
import { createTrainer } from '../../src/trainer/create-trainer';
import { echo } from '../support/echo';
import { openTestGpu } from '../support/gpu';
import { turnstile } from '../support/turnstile';

const gpu = await openTestGpu();
const open = echo({ low: [-1, Number.NEGATIVE_INFINITY], high: [1, 1] });

test.each([
  [
    'squashActions of choices',
    cartpole,
    { squashActions: true },
    'squashActions is true, but the action space of CartPole-v1 is discrete, not box',
  ],
  [
    'stateDependentStd of several choices',
    turnstile,
    { stateDependentStd: true },
    'stateDependentStd is true, but the action space of Turnstile-v0 is multi-discrete, not box',
  ],
  [
    'squashActions without finite bounds',
    open,
    { squashActions: true },
    'component 1 of the actions of Echo-v0 ranges from -Infinity to 1; tanh needs finite bounds',
  ],
  [
    'squashActions of bounds whose distance is beyond f32',
    { ...pendulum, action: { type: 'box' as const, low: [-3e38], high: [3e38] } },
    { squashActions: true },
    'ranges from -3e+38 to 3e+38; tanh needs finite bounds at most 3.4e+38 apart',
  ],
])('%s is refused', async (_, environment, config, message) => {
  const trainer = createTrainer({ gpu, environment, config });
  await expect(trainer).rejects.toThrow(ConfigError);
  await expect(trainer).rejects.toThrow(message);
});

test('these errors come in one message with all other problems', async () => {
  const config = { squashActions: true, numEnvs: 0, huberDelta: 1, clipVloss: true };
  const trainer = createTrainer({ gpu, environment: cartpole, config });
  await expect(trainer).rejects.toThrow(
    /^numEnvs is 0.*\nhuberDelta is 1.*\nsquashActions is true.*$/,
  );
});

test.each([
  ['a squashed box', pendulum, { squashActions: true }, 'squashed-gaussian', 1, 1],
  ['a state-dependent std', pendulum, { stateDependentStd: true }, 'diagonal-gaussian', 2, 0],
  ['infinite bounds', open, { stateDependentStd: true }, 'diagonal-gaussian', 4, 0],
  ['the defaults', pendulum, {}, 'diagonal-gaussian', 1, 1],
])('%s is accepted', async (_, environment, options, name, headSize, freeSize) => {
  const { distribution } = await createTask(gpu, environment, options);
  expect(distribution).toMatchObject({ name, headSize, freeSize, maskWords: 0 });
  expect(distribution.actionRows).toBe(distribution.actionSize);
});

test('a mask adds a row of its words to every stored action', async () => {
  const { distribution } = await createTask(gpu, turnstile);
  expect(distribution).toMatchObject({ actionSize: 2, maskWords: 1, actionRows: 3 });
});
