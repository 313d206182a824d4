// No top-level await: Vite's usual format of workers has none.
import { requestGpu } from 'lockstep-ppo';
import { train } from './train.mjs';

requestGpu()
  .then(train)
  .then((iterations) => postMessage(iterations));
