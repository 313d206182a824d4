/** Runs as fragments of addresses, there and back. */
import { describe, expect, test } from 'vitest';
import type { OwnWorld, RunSetup } from '../../page/messages';
import { packWorld } from '../../page/packed-world';
import { fragmentOf, LinkError, setupOf } from '../../page/share-link';

const SETUP: RunSetup = {
  environment: '2048-v0',
  config: {
    seed: 7,
    learningRate: 0.002,
    hiddenSizes: [64, 32],
    annealLr: 'cosine',
    normAdv: false,
  },
  changes: [
    { after: 0, config: { gamma: 0.9 } },
    { after: 12, config: { entCoef: 0, clipCoef: 0.1 } },
    { after: 13, config: { entCoef: 0.01 } },
  ],
};

/** With letters beyond ASCII. */
const WORLD: OwnWorld = {
  template: 'Trading-v0',
  shader: '// ±1 · 世界\nstruct State {\n  place: f32,\n}\n'.repeat(20),
  description: '{ "id": "Mine-v0" }\n',
};

test('a run comes back as it was', async () => {
  expect(await setupOf(`#${await fragmentOf(SETUP)}`)).toEqual(SETUP);
});

test('a fragment can be read', async () => {
  const setup = { environment: 'CartPole-v1', config: { seed: 7 }, changes: [] };
  expect(await fragmentOf(setup)).toBe('environment=CartPole-v1&seed=7');
  expect(await setupOf('seed=7')).toEqual(setup);
});

test('an empty one is none', async () => {
  expect(await setupOf('')).toBeUndefined();
  expect(await setupOf('#')).toBeUndefined();
});

test('an environment must be a built-in one, in upper or lower case', async () => {
  expect((await setupOf('environment=cartpole-V1'))?.environment).toBe('CartPole-v1');
  await expect(setupOf('environment=Cartpole-v2')).rejects.toThrow(LinkError);
  await expect(setupOf('environment=Cartpole-v2')).rejects.toThrow(
    'The link has the environment "Cartpole-v2"; it may have CartPole-v1, Acrobot-v1, ',
  );
});

describe('a name that is no config field is refused', () => {
  test.each(['learningrate=1', 'after-3.speed=1', 'after-x.gamma=1', 'constructor=1'])(
    '%s',
    async (text) => {
      const name = /(?:after-\d+\.)?([^=]+)/.exec(text)![1]!;
      await expect(setupOf(text)).rejects.toThrow(LinkError);
      await expect(setupOf(text)).rejects.toThrow(
        `The link has "${name}"; it may have environment`,
      );
    },
  );
});

describe("a world of somebody's own", () => {
  test.each([WORLD, { ...WORLD, template: undefined }])(
    'comes back as it was, by letters that every address may have',
    async (environment) => {
      const setup = { ...SETUP, environment };
      const fragment = await fragmentOf(setup);
      expect(fragment).toMatch(/^world=[\w-]+&seed=7&/);
      expect(await setupOf(fragment)).toEqual(setup);
      // The text of the module repeats itself.
      expect(fragment.length).toBeLessThan(WORLD.shader.length / 2);
    },
  );

  const packed = (value: unknown): Promise<string> => packWorld(value as OwnWorld);
  test.each([
    ['is cut off', async () => (await packed(WORLD)).slice(0, -20)],
    ['is empty', async () => ''],
    ['is not base64url', async () => '%'],
    ['has another template', () => packed({ ...WORLD, template: 'Trading-v9' })],
    ['has no module', () => packed({ ...WORLD, shader: undefined })],
    ['has a description that is no text', () => packed({ ...WORLD, description: {} })],
    // 5 kB in the link.
    ['would fill the memory', () => packed({ ...WORLD, shader: ' '.repeat(5e6) })],
  ])('is refused where it %s', async (_, text) => {
    const faulty = setupOf(`world=${await text()}`);
    await expect(faulty).rejects.toThrow(LinkError);
    await expect(faulty).rejects.toThrow('The link has a world that cannot be read.');
  });
});
