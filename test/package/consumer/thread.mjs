import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { requestNodeGpu } from 'lockstep-ppo/node';
import { train } from './train.mjs';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (iterations) => console.log(JSON.stringify(iterations)));
} else {
  parentPort.postMessage(await train(await requestNodeGpu()));
}
