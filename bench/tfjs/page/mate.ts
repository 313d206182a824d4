/**
 * An additional thread of the hand-tuned form in a page: receives its setup, then iterates on
 * request.
 */
import { type CrewOrders, createTrainer } from '../hand-tuned/crew';
import type { Trainer } from '../hand-tuned/trainer';
import { openBackend } from './platform';

let trainer: Trainer | undefined;

async function obey(message: CrewOrders | 'iterate'): Promise<readonly number[]> {
  if (message === 'iterate') {
    await trainer!.iterate();
    return trainer!.takeReturns();
  }
  await openBackend('wasm');
  trainer = createTrainer('wasm', message);
  return [];
}

self.onmessage = async ({ data }: MessageEvent<CrewOrders | 'iterate'>) => {
  const returns = await obey(data);
  self.postMessage(returns);
};
