/** The long walks of LunarLander, which take long, so that they run beside the others. */
import { test } from 'vitest';
import { expectLongWalk } from './long-walk';

test.each(['LunarLander-v3', 'LunarLanderContinuous-v3'])(
  '65 environments of %s take 4,096 steps as their twins do',
  async (id) => {
    await expectLongWalk(id);
  },
);
