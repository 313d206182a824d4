/** Shows environments that live beside training: on the canvas, at their own speed. */
import {
  type Drawing,
  drawState,
  type EnvironmentDefinition,
  type Gpu,
  type LiveState,
  type LiveStep,
  type Policy,
  type Trainer,
  type View,
} from '../../src/index';
import type { CanvasSize, Display, News } from '../messages';
import type { Timeline } from '../worker/timeline';
import { Duel } from './duel';
import { PolicyReader } from './insight';
import { cellAt, type Layout, layoutOf } from './layout';
import { nextFrame } from './next-frame';
import { Renderer } from './renderer';
import { Scene } from './scene';
import { Tempo } from './tempo';

/** Steps per second of an environment that names none. */
const USUAL_SPEED = 30;
/** Milliseconds between two states where motion is not wanted. */
const STILL = 1000;
/** CSS pixels of the frame around the chosen world. */
const FRAME = 2;
/** Milliseconds between two insights into the policy, at least. */
const INSIGHT = 100;
/** Errors of a device or a trainer, which the run reports by itself, and that of the end. */
const EXPECTED = ['GpuError', 'TrainerError', 'AbortError'];

/** A run to show. */
export interface Source {
  readonly environment: EnvironmentDefinition;
  readonly trainer: Trainer;
  /** Its policies so far. */
  readonly timeline: Timeline;
}

/** What is shown at the moment. */
interface Shown {
  readonly environment: EnvironmentDefinition;
  readonly renderer: Renderer;
  readonly tempo: Tempo;
  readonly scene: Scene;
  readonly timeline: Timeline;
  readonly reader: PolicyReader;
}

/** A policy out of the past. */
interface Past {
  readonly iteration: number;
  readonly policy: Policy;
}

export class Viewer {
  private canvas: OffscreenCanvas | undefined;
  private size: CanvasSize = { width: 1, height: 1, scale: 1 };
  private wanted: Display = { theme: 'light', worlds: 1, speed: 1, still: false };
  private chosen = 0;
  private layout: Layout | undefined;
  private last: LiveStep | undefined;
  private shown: Shown | undefined;
  /** Undefined where the newest policy acts. */
  private past: Past | undefined;
  private toldAt = 0;
  /** Undefined where the policy plays alone. */
  private duel: Duel | undefined;
  private ending: AbortController | undefined;
  private work: Promise<void> = Promise.resolve();
  private restart: (() => void) | undefined;

  /**
   * @param tell called when the first step is on the canvas, and with insights into the policy
   * @param report called with what goes wrong here, which leaves the run as it is
   */
  constructor(
    private readonly tell: (news: News) => void,
    private readonly report: (error: unknown) => void,
  ) {}

  useCanvas(canvas: OffscreenCanvas): void {
    this.canvas = canvas;
  }

  resize(size: CanvasSize): void {
    this.size = size;
    this.attempt(() => this.prepare());
  }

  display(display: Display): void {
    const before = this.wanted;
    this.wanted = display;
    if (this.shown) this.shown.tempo.change(this.intervalOf(this.shown.environment));
    if (before.worlds !== display.worlds) this.restart?.();
    else this.attempt(() => this.prepare());
  }

  /** Makes the world at a place of the canvas the large one. */
  choose(x: number, y: number): void {
    const { canvas, layout } = this;
    const found = canvas && layout && cellAt(layout, x * canvas.width, y * canvas.height);
    if (found === undefined) return;
    this.chosen = found;
    this.attempt(() => this.redraw());
  }

  /** Lets a policy that was kept act in all worlds, or again the newest one. */
  scrub(iteration: number | undefined): void {
    const policy = iteration === undefined ? undefined : this.shown?.timeline.at(iteration);
    this.past = policy && { iteration: iteration!, policy };
    this.restart?.();
  }

  /** Lets somebody play against the policy that is shown, or ends that. */
  takeOver(on: boolean): void {
    this.chosen = 0;
    this.duel = on
      ? new Duel((you, policy) => this.tell({ type: 'scores', you, policy }))
      : undefined;
    if (this.shown) this.shown.tempo.change(this.intervalOf(this.shown.environment));
    this.restart?.();
  }

  /** What the one who plays does, as in `Duel.hold`. */
  hold(action: readonly number[] | undefined, isPressed: boolean): void {
    this.duel?.hold(action, isPressed);
  }

  /** Shows a run until `leave`. */
  show(gpu: Gpu, source: Source): void {
    const ending = new AbortController();
    this.ending = ending;
    this.chosen = 0;
    this.past = undefined;
    this.duel = undefined;
    this.attempt(() => {
      this.shown = this.open(gpu, source);
    });
    if (this.shown) this.work = this.showAll(source.trainer, ending.signal);
  }

  async leave(): Promise<void> {
    this.ending?.abort();
    this.restart?.();
    await this.work;
    const { shown } = this;
    this.shown = undefined;
    this.last = undefined;
    this.layout = undefined;
    shown?.renderer.destroy();
  }

  private intervalOf({ stepsPerSecond = USUAL_SPEED }: EnvironmentDefinition): number {
    const { still, speed } = this.wanted;
    // Whoever plays wants the motion.
    return still && !this.duel ? STILL : 1000 / (stepsPerSecond * speed);
  }

  /** Undefined where there is no canvas to draw on. */
  private open(gpu: Gpu, { environment, trainer, timeline }: Source): Shown | undefined {
    const context = this.canvas?.getContext('webgpu');
    if (!context) return undefined;
    // Where the device is a processor, several samples per pixel would cost what training needs.
    const samples = gpu.adapter.hardware ? 4 : 1;
    const renderer = new Renderer(gpu.device as GPUDevice, context, samples);
    const tempo = new Tempo(this.intervalOf(environment));
    const reader = new PolicyReader(environment, trainer.config);
    return { environment, renderer, tempo, scene: new Scene(), timeline, reader };
  }

  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Draws nothing more of what has failed. */
  private fail(error: unknown): void {
    this.last = undefined;
    const isExpected = error instanceof Error && EXPECTED.includes(error.name);
    if (!isExpected) this.report(error);
  }

  /** Begins again where another number of worlds is wanted; after a failure, only then. */
  private async showAll(trainer: Trainer, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let again = false;
      const restarted = new Promise<void>((resolve) => {
        this.restart = () => {
          again = true;
          resolve();
        };
      });
      try {
        await this.showSteps(trainer, () => again || signal.aborted);
      } catch (error) {
        this.fail(error);
        await restarted;
      }
    }
  }

  private async showSteps(trainer: Trainer, isOver: () => boolean): Promise<void> {
    const { worlds: environments } = this.wanted;
    const { tempo } = this.shown!;
    const { duel } = this;
    const policy = this.past?.policy;
    const live = duel?.steps(trainer, policy) ?? trainer.live({ environments, policy });
    this.last = undefined;
    try {
      while (!isOver()) {
        const asked = performance.now();
        const { value: step } = await live.next();
        if (!step) return;
        tempo.waited(performance.now() - asked);
        let now = performance.now();
        while (!tempo.isDue(now) && !isOver()) now = await nextFrame();
        this.showStep(step);
        while (duel?.standsStill && !isOver()) await nextFrame();
      }
    } finally {
      await live.return();
    }
  }

  private showStep(step: LiveStep): void {
    const isFirst = this.last === undefined;
    this.last = step;
    if (isFirst) this.prepare();
    else if (this.shown!.tempo.mayDraw(performance.now())) this.redraw();
    const { environments: worlds } = step;
    const iteration = this.past?.iteration;
    if (isFirst) this.tell({ type: 'shown', worlds, iteration, isDuel: !!this.duel });
    this.tellInsight(step);
  }

  private tellInsight(step: LiveStep): void {
    const now = performance.now();
    if (now - this.toldAt < INSIGHT) return;
    const { timeline, reader } = this.shown!;
    const policy = this.past?.policy ?? timeline.newest;
    if (!policy) return;
    this.toldAt = now;
    reader.read(policy, this.largeOf(step)).then(
      (insight) => this.tell({ type: 'insight', ...insight }),
      // The worlds are drawn without it.
      (error: unknown) => this.report(error),
    );
  }

  /** The state that is shown large. */
  private largeOf(step: LiveStep): LiveState {
    return step.at(this.largeIndex(step));
  }

  private largeIndex({ environments }: LiveStep): number {
    return Math.min(this.chosen, environments - 1);
  }

  /** Takes over size, colors and places. */
  private prepare(): void {
    const { canvas, shown, last, size } = this;
    if (!canvas || !shown || !last) return;
    if (canvas.width !== size.width) canvas.width = size.width;
    if (canvas.height !== size.height) canvas.height = size.height;
    shown.renderer.prepare(this.wanted.theme);
    this.layout = layoutOf(size, this.viewOf(last), last.environments);
    this.redraw();
  }

  private viewOf(step: LiveStep): View {
    const state = step.at(0);
    return drawState(this.shown!.environment, state.state, state).view;
  }

  private redraw(): void {
    const { last, layout, shown } = this;
    if (!last || !layout || !shown) return;
    const begin = performance.now();
    const { environment, scene, renderer, tempo } = shown;
    const chosen = this.largeIndex(last);
    scene.clear();
    const drawingOf = (index: number): Drawing => {
      const state = last.at(index);
      return drawState(environment, state.state, state);
    };
    for (const [index, cell] of layout.cells.entries()) {
      scene.add(drawingOf(index), cell);
      if (index === chosen) scene.addFrame(cell, 'muted', FRAME * this.size.scale);
    }
    scene.add(drawingOf(chosen), layout.large);
    renderer.draw(scene);
    tempo.drew(begin, performance.now());
  }
}
