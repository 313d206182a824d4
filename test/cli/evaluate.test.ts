/** An evaluation of more episodes than a device has room for. */
import { describe, expect, test } from 'vitest';
import { evaluateInParts, mergeEvaluations } from '../../src/cli/evaluate';
import type { EvaluateOptions } from '../../src/trainer/evaluate-options';
import type { Evaluation } from '../../src/trainer/metrics';

/** A device with room for so many environments; the n-th part returns n. */
class Device {
  readonly parts: number[] = [];

  constructor(private readonly room: number) {}

  async evaluate({ episodes }: { readonly episodes: number }): Promise<Evaluation> {
    if (episodes > this.room) {
      throw Object.assign(new Error(`no room for ${episodes}`), { name: 'LimitError' });
    }
    this.parts.push(episodes);
    const returns = { meanReturn: this.parts.length, stdReturn: 0, endedEpisodes: episodes };
    return { episodes, ...returns, perAgent: [returns] };
  }
}

const request = (episodes: number, notes: string[] = []) => ({
  episodes,
  numAgents: 1,
  observationSize: 4,
  note: (text: string) => void notes.push(text),
  interrupted: () => false,
});

describe('episodes are played', () => {
  test('all at once where there is room', async () => {
    const [device, notes] = [new Device(100_000), [] as string[]];
    expect((await evaluateInParts(device, request(65_536, notes))).episodes).toBe(65_536);
    expect(device.parts).toEqual([65_536]);
    expect(notes).toEqual(['evaluating 65,536 greedy episodes per agent']);
  });

  test.each([
    ['environments', {}, [65_536, 34_464]],
    ['agents', { numAgents: 1000 }, [65, 65, 20]],
    ['observations', { observationSize: 100_000 }, [10, 10, 5]],
    ['agents, of whom each plays one', { numAgents: 100_000 }, [1, 1, 1]],
  ])('in parts that suit the number of %s', async (_, changes, parts) => {
    const device = new Device(100_000);
    const episodes = parts.reduce((sum, part) => sum + part, 0);
    const evaluation = await evaluateInParts(device, { ...request(episodes), ...changes });
    expect(device.parts).toEqual(parts);
    expect(evaluation.episodes).toBe(episodes);
  });

  test('in parts whose seeds leave room for those of all agents', async () => {
    const seeds: (number | undefined)[] = [];
    const device = {
      evaluate: async ({ episodes = 0, seed }: EvaluateOptions): Promise<Evaluation> => {
        seeds.push(seed);
        const returns = { meanReturn: 0, stdReturn: 0, endedEpisodes: episodes };
        return { episodes, ...returns, perAgent: [returns, returns, returns] };
      },
    };
    const seed = 2 ** 32 - 8;
    const part = Math.floor(65_536 / 3);
    await evaluateInParts(device, { ...request(4 * part), numAgents: 3, seed });
    // Agent 2 of a third part from seed + 6 would have the seed 2 ** 32.
    expect(seeds).toEqual([seed, seed + 3, 0, 3]);
  });

  test('in parts that the device has room for', async () => {
    const device = new Device(30);
    await evaluateInParts(device, request(100));
    expect(device.parts).toEqual([25, 25, 25, 25]);
  });

  test('with a note at most for each tenth', async () => {
    const notes: string[] = [];
    await evaluateInParts(new Device(10), request(640, notes));
    const tenths = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(notes.slice(1)).toEqual(tenths.map((n) => `evaluated ${n * 70} of 640 episodes`));
  });

  test('no longer than the part at hand after an interruption', async () => {
    const device = new Device(10);
    const evaluation = await evaluateInParts(device, {
      ...request(40),
      interrupted: () => device.parts.length === 2,
    });
    expect(evaluation.episodes).toBe(20);
    const early = { ...request(40), interrupted: () => true };
    expect((await evaluateInParts(new Device(10), early)).episodes).toBe(10);
  });

  test('or an error names the flag', async () => {
    await expect(evaluateInParts(new Device(0), request(3))).rejects.toThrow(
      '--episodes 3: the evaluation failed: no room for 1',
    );
  });
});

describe('parts', () => {
  test('have the mean and deviation of all their episodes', () => {
    // Returns 1, 3 | 5, 5, 5, 9 of one agent and 0, 0 | 0, 0, 0, 6 of the other.
    const part = (episodes: number, ...returns: [number, number][]): Evaluation => {
      const perAgent = returns.map(([meanReturn, stdReturn]) => ({
        ...{ meanReturn, stdReturn, endedEpisodes: episodes },
      }));
      const endedEpisodes = 2 * episodes;
      return { episodes, meanReturn: 0, stdReturn: 0, endedEpisodes, perAgent };
    };
    const parts = [part(2, [2, 1], [0, 0]), part(4, [6, Math.sqrt(3)], [1.5, Math.sqrt(6.75)])];
    const [one, other] = mergeEvaluations(parts).perAgent;
    expect(one!.meanReturn).toBeCloseTo(28 / 6, 12);
    expect(one!.stdReturn).toBeCloseTo(Math.sqrt(166 / 6 - (28 / 6) ** 2), 12);
    expect(other!.meanReturn).toBeCloseTo(1, 12);
    expect(other!.stdReturn).toBeCloseTo(Math.sqrt(5), 12);
  });

  test('that are one come back as they are', () => {
    const one = { episodes: 3, meanReturn: 1 / 3, stdReturn: 0.1, endedEpisodes: 3, perAgent: [] };
    expect(mergeEvaluations([one])).toBe(one);
  });

  test('weigh as much as the episodes that ended in them', () => {
    const part = (endedEpisodes: number, meanReturn: number): Evaluation => ({
      ...{ episodes: 4, meanReturn, stdReturn: 0, endedEpisodes, perAgent: [] },
    });
    const merged = mergeEvaluations([part(3, 2), part(0, Number.NaN), part(1, 6)]);
    expect(merged).toMatchObject({ episodes: 12, meanReturn: 3, endedEpisodes: 4 });
    expect(merged.stdReturn).toBeCloseTo(Math.sqrt(3), 12);
    expect(mergeEvaluations([part(0, Number.NaN), part(0, Number.NaN)]).meanReturn).toBeNaN();
  });

  test("have the means of the environment's own metrics", () => {
    const part = (endedEpisodes: number, score: number): Evaluation => {
      const returns = { meanReturn: 0, stdReturn: 0, endedEpisodes, 'world/score': score };
      return { episodes: 4, ...returns, perAgent: [returns] };
    };
    const merged = mergeEvaluations([part(3, 2), part(0, Number.NaN), part(1, 6)]);
    expect([merged, ...merged.perAgent].map((each) => each['world/score'])).toEqual([3, 3]);
  });
});
