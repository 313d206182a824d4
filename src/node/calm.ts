import { sleepSync } from './sleep-sync';

/** Milliseconds by which one turn of the event loop is delayed: at first, and at most. */
const SHORTEST_PAUSE = 0.02;
const LONGEST_PAUSE = 1;
const PAUSE_GROWTH = 1.5;

let waiting = 0;
let resting = false;
let pause = SHORTEST_PAUSE;

function rest(): void {
  resting = waiting > 0;
  if (!resting) return;
  sleepSync(pause);
  pause = Math.min(LONGEST_PAUSE, pause * PAUSE_GROWTH);
  setImmediate(rest);
}

/**
 * Awaits a device promise without busy waiting. While one is pending, dawn.node polls in every turn
 * of the event loop and so takes a core away from a software adapter (on two cores, half of its
 * speed). This delays each turn, by more the longer the wait; signals and timers are still served
 * between turns.
 */
export async function calm<T>(promise: Promise<T>): Promise<T> {
  waiting += 1;
  pause = SHORTEST_PAUSE;
  if (!resting) setImmediate(rest);
  resting = true;
  try {
    return await promise;
  } finally {
    waiting -= 1;
  }
}
