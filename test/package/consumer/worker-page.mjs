import { requestGpu } from 'lockstep-ppo';
import { train } from './train.mjs';

const worker = new Worker(new URL('./worker.mjs', import.meta.url), { type: 'module' });
const inWorker = new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
});
Object.assign(globalThis, { iterations: Promise.all([inWorker, requestGpu().then(train)]) });
