import { requestGpu } from 'lockstep-ppo';
import { train } from './train.mjs';

Object.assign(globalThis, { iterations: requestGpu().then(train) });
