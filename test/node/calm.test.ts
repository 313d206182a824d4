import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { calm } from '../../src/node/calm';

/** Polls in every turn of the event loop, as dawn.node does, and counts the turns until then. */
async function turnsUntil(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let done = false;
  const poll = (): void => {
    turns += 1;
    if (!done) setImmediate(poll);
  };
  setImmediate(poll);
  await promise;
  done = true;
  return turns;
}

describe('calm', () => {
  it('gives the promise’s value, or its error', async () => {
    expect(await calm(Promise.resolve(7))).toBe(7);
    await expect(calm(Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  });

  it('pauses the turns of the event loop to about 1 ms', async () => {
    const turns = await turnsUntil(calm(sleep(200)));
    expect(turns).toBeLessThan(250);
  });

  it('pauses once a turn, however many waits there were before or are at once', async () => {
    for (let i = 0; i < 50; i += 1) await calm(sleep(0));
    const many = Array.from({ length: 50 }, () => calm(sleep(200)));
    expect(await turnsUntil(Promise.all(many))).toBeGreaterThan(50);
  });

  it('leaves the event loop alone afterwards', async () => {
    await calm(sleep(5));
    await sleep(5);
    expect(await turnsUntil(sleep(100))).toBeGreaterThan(1000);
  });

  it('lets signals through', async () => {
    const signal = new Promise<string>((resolve) => {
      process.once('SIGUSR2', () => resolve('served'));
    });
    setTimeout(() => process.kill(process.pid, 'SIGUSR2'), 10);
    expect(await calm(signal)).toBe('served');
  });
});
