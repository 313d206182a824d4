/** An additional thread of the hand-tuned form on wasm: iterates on request. */
import { parentPort, workerData } from 'node:worker_threads';
import { openBackend } from './backends';
import { type CrewOrders, createTrainer } from './hand-tuned/crew';

const parent = parentPort!;
await openBackend('wasm');
const trainer = createTrainer('wasm', workerData as CrewOrders);
parent.on('message', async () => {
  await trainer.iterate();
  parent.postMessage(trainer.takeReturns());
});
parent.postMessage([]);
