/** When steps are shown. */
import { expect, test } from 'vitest';
import { Tempo } from '../../page/view/tempo';

/** Times at which steps are shown, if somebody looks every 4 ms and steps come at once. */
function times(tempo: Tempo, until: number, wait: (step: number) => number = () => 0): number[] {
  const shown: number[] = [];
  for (let now = 1000; now < until; now += 4) {
    if (!tempo.isDue(now)) continue;
    shown.push(now);
    const waited = wait(shown.length);
    tempo.waited(waited);
    now += waited;
  }
  return shown;
}

test('steps come at the speed of the environment', () => {
  expect(times(new Tempo(20), 2000).length).toBeCloseTo(50, -1);
});

test('a device that is slow makes all steps slower, not one in ten late', () => {
  const shown = times(new Tempo(20), 20_000, (step) => (step % 10 === 0 ? 300 : 0));
  const gaps = shown
    .slice(1)
    .map((time, index) => time - shown[index]!)
    .slice(-40);
  expect(Math.min(...gaps)).toBeGreaterThan(24);
});

test('it becomes fast again when the device does', () => {
  const tempo = new Tempo(20);
  for (let step = 0; step < 50; step++) tempo.waited(500);
  expect(times(tempo, 1900).length).toBeLessThan(6);
  for (let step = 0; step < 200; step++) tempo.waited(0);
  expect(times(tempo, 3900).length).toBeGreaterThan(40);
});

test('drawing takes a tenth of the time at most', () => {
  const tempo = new Tempo(20);
  expect(tempo.mayDraw(100)).toBe(true);
  tempo.drew(100, 110);
  expect(tempo.mayDraw(199)).toBe(false);
  expect(tempo.mayDraw(200)).toBe(true);
});
