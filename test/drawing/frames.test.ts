import { expect, test } from 'vitest';
import { type Frame, framesOf } from '../../src/drawing/frames';
import { cartpole } from '../../src/environments/cartpole';
import type { PlayedStep } from '../../src/trainer/played-step';
import { cartEpisodes, cartStep } from '../cli/show-process';

async function* stream(steps: Iterable<PlayedStep>): AsyncGenerator<PlayedStep> {
  yield* steps;
}

async function allOf(steps: Iterable<PlayedStep>): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of framesOf(cartpole, stream(steps))) frames.push(frame);
  return frames;
}

const positionOf = ({ drawing }: Frame): number => {
  const axle = drawing.shapes.find((shape) => shape.type === 'circle');
  return axle?.type === 'circle' ? axle.center[0] : Number.NaN;
};

test('an episode has the states of its steps and the one behind the last', async () => {
  const frames = await allOf(cartEpisodes([3]));
  expect(frames.map(positionOf)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(frames.map(({ sum }) => sum)).toEqual([0, 1, 2, 3]);
  expect(frames.map(({ played }) => played?.action[0])).toEqual([0, 1, 0, undefined]);
  // The arrow of an action is missing behind the last.
  const arrows = frames.map(({ drawing }) =>
    drawing.shapes.some(({ color }) => color === 'action'),
  );
  expect(arrows).toEqual([true, true, true, false]);
});

test('episodes follow each other, each with its own return and ending', async () => {
  const frames = await allOf([...cartEpisodes([2, 1]), cartStep(2, 0)]);
  expect(frames.map(({ episode, step, sum, ending }) => [episode, step, sum, ending])).toEqual([
    [0, 0, 0, undefined],
    [0, 1, 1, undefined],
    [0, 2, 2, 'terminated'],
    [1, 0, 0, undefined],
    [1, 1, 1, 'truncated'],
    [2, 0, 0, undefined],
    [2, 1, 1, 'abandoned'],
  ]);
});

test('no steps have no frames', async () => {
  expect(await allOf([])).toEqual([]);
});
