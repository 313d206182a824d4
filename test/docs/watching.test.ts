/** docs/watching.md: its program runs, its pictures are small and those of the current drawings. */
import { readFileSync, statSync } from 'node:fs';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { framesOf } from '../../src/drawing/frames';
import { recordGif } from '../../src/drawing/recording';
import { cartpole } from '../../src/environments/cartpole';
import { drawState } from '../../src/environments/draw';
import { ENVIRONMENTS } from '../../src/environments/index';
import { decodeGif } from '../drawing/decode-gif';
import { smallTrainer } from '../trainer/training';

const PAGE = readFileSync('docs/watching.md', 'utf8');
const PICTURES = [...PAGE.matchAll(/\((pictures\/[\w-]+\.(?:gif|png))\)/g)].map(
  (match) => `docs/${match[1]}`,
);

test('the program of the page writes a moving picture', async () => {
  const trainer = await smallTrainer();
  const body = /^```js\n(.*?)^```$/ms.exec(PAGE)![1]!.replace(/^import .*$/gm, '');
  const written: [string, Uint8Array][] = [];
  const imports = {
    ...{ framesOf, recordGif, trainer, environment: cartpole },
    writeFileSync: (...file: [string, Uint8Array]) => written.push(file),
  };
  const run = new Function(...Object.keys(imports), `return (async () => { ${body} })()`);
  await run(...Object.values(imports));
  trainer.destroy();
  const [[path, bytes]] = written as [[string, Uint8Array]];
  expect(path).toBe('out.gif');
  expect(decodeGif(bytes).frames.length).toBeGreaterThan(4);
});

const EMPTY = (cells: number): number[] => Array.from({ length: cells }, () => 0);
const LANDER = {
  places: [
    [0, 4, 0],
    [0, 5, 0],
    [0, 4, 0],
  ],
  ground: EMPTY(11),
};
const SNAKE = { leaves: EMPTY(100), clock: 0, head: 0, heading: 0, food: 1 };

test('there is a moving picture and a sheet of every environment, all of them small', () => {
  expect(PICTURES.length).toBe(2 * ENVIRONMENTS.length);
  for (const path of PICTURES) {
    expect(statSync(path).size, path).toBeLessThan(path.endsWith('.gif') ? 150_000 : 60_000);
  }
});

test('the pictures have the proportions of the views', () => {
  const states = [
    ['cartpole', { position: 0, angle: 0 }],
    ['acrobot', { angles: [0, 0] }],
    ['mountain-car', { position: 0 }],
    ['mountain-car-continuous', { position: 0 }],
    ['pendulum', { angle: 0 }],
    ...['breakout', 'asterix', 'freeway', 'space-invaders', 'seaquest'].map(
      (game) => [`minatar-${game}`, {}] as const,
    ),
    ['lunar-lander', LANDER],
    ['lunar-lander-continuous', LANDER],
    ['snake', SNAKE],
    ['snake-20x20', { ...SNAKE, leaves: EMPTY(400) }],
    ['twenty-forty-eight', { tiles: EMPTY(16) }],
    ['zombie-survival', { survivor: [0, 0], zombies: [], count: 0 }],
    ['trading', { day: 64, start: 64, cash: 1, shares: 0 }],
    ['token-writer', { tokens: EMPTY(8), written: 2 }],
    ['connect-four', { stones: EMPTY(7).map(() => [0, 0]) }],
  ] as const;
  const step = { observation: [], action: undefined, reward: undefined };
  for (const [index, [name, state]] of states.entries()) {
    const { left, right, bottom, top } = drawState(ENVIRONMENTS[index]!, state, step).view;
    const { width, height } = decodeGif(readFileSync(`docs/pictures/${name}.gif`));
    expect(height, name).toBe(Math.round((width * (top - bottom)) / (right - left)));
    expect(decode(readFileSync(`docs/pictures/${name}.png`)).width).toBeGreaterThan(700);
  }
});
