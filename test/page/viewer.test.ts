/** What the view of a run does when something goes wrong in it, without a device. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Display } from '../../page/messages';
import { nextFrame } from '../../page/view/next-frame';
import { Viewer } from '../../page/view/viewer';
import { Timeline } from '../../page/worker/timeline';
import type { EnvironmentDefinition, Gpu, LiveStep, Trainer } from '../../src/index';
import { TINY_ENVIRONMENT } from '../cli/reports';

vi.mock('../../page/view/renderer', () => ({
  Renderer: class {
    prepare(): void {}
    draw(): void {}
    destroy(): void {}
  },
}));

const DISPLAY: Display = { theme: 'light', worlds: 64, speed: 1, still: false };
const VIEW = { left: 0, right: 1, bottom: 0, top: 1 };

const error = (name: string): Error => Object.assign(new Error('as told'), { name });

/** Its worlds are at most 100. */
const trainer = {
  async *live({ environments }: { readonly environments: number }) {
    if (environments > 100) throw error('LimitError');
    const at = () => ({ state: {}, observation: [0], action: [0] });
    for (;;) yield { environments, at } as unknown as LiveStep;
  },
} as Partial<Trainer> as Trainer;

interface Shown {
  readonly viewer: Viewer;
  readonly worlds: number[];
  readonly errors: unknown[];
}

function show(
  draw: EnvironmentDefinition['draw'],
  its = trainer,
  timeline = new Timeline(),
): Shown {
  const [worlds, errors] = [[] as number[], [] as unknown[]];
  const viewer = new Viewer(
    (news) => news.type === 'shown' && worlds.push(news.worlds),
    (each) => void errors.push(each),
  );
  const canvas = { width: 1, height: 1, getContext: () => ({}) };
  viewer.useCanvas(canvas as unknown as OffscreenCanvas);
  viewer.display(DISPLAY);
  const environment = { ...TINY_ENVIRONMENT, draw: draw! };
  viewer.show({ adapter: {} } as Gpu, { environment, trainer: its, timeline });
  return { viewer, worlds, errors };
}

const drawn = () => ({ view: VIEW, shapes: [] });
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (act: () => void) => setTimeout(act, 1));
  vi.stubGlobal('cancelAnimationFrame', clearTimeout);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('too many worlds are reported, and fewer are shown then', async () => {
  const { viewer, worlds, errors } = show(drawn);
  await vi.waitFor(() => expect(worlds).toEqual([64]));
  viewer.display({ ...DISPLAY, worlds: 1000 });
  await vi.waitFor(() => expect(errors).toEqual([error('LimitError')]));
  viewer.display({ ...DISPLAY, worlds: 16 });
  await vi.waitFor(() => expect(worlds.length).toBe(2));
  await viewer.leave();
  expect(worlds).toEqual([64, 16]);
  expect(errors.length).toBe(1);
});

test('a drawing that fails is reported once, and can be left', async () => {
  const { viewer, worlds, errors } = show(() => {
    throw new Error('no picture');
  });
  await vi.waitFor(() => expect(errors.length).toBe(1));
  viewer.resize({ width: 30, height: 20, scale: 1 });
  viewer.choose(0.5, 0.5);
  await viewer.leave();
  expect(worlds).toEqual([]);
  expect(String(errors)).toBe('EnvironmentError: environment Tiny-v0: draw threw: no picture');
});

test('an insight that fails is reported, and the worlds go on', async () => {
  const timeline = new Timeline();
  timeline.keep(0, { parameters: new Float32Array(1) }, 0);
  const { viewer, worlds, errors } = show(drawn, trainer, timeline);
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1));
  await viewer.leave();
  expect(worlds).toEqual([64]);
});

test('what the run itself reports is not reported again', async () => {
  const lost = { live: () => ({ next: () => Promise.reject(error('GpuError')), return() {} }) };
  const { viewer, errors } = show(drawn, lost as unknown as Trainer);
  await settle();
  await viewer.leave();
  expect(errors).toEqual([]);
});

test('a page that is hidden leaves no callbacks for pictures behind', async () => {
  vi.useFakeTimers();
  const waiting = new Set<number>();
  vi.stubGlobal('requestAnimationFrame', () => waiting.add(waiting.size).size);
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => waiting.delete(frame - 1));
  const frame = nextFrame();
  expect(waiting.size).toBe(1);
  await vi.advanceTimersByTimeAsync(500);
  await frame;
  expect(waiting.size).toBe(0);
});
