/** The shapes of a frame as instances of one kind, in the order in which they are painted. */
import { type Color, type Drawing, type Painter, type Point, paintDrawing } from '../../src/index';
import type { Area } from './layout';

/** 32-bit words of an instance: three points, a radius, a color; as in worlds.wgsl. */
export const INSTANCE_WORDS = 8;
/** The radius of a triangle. */
const TRIANGLE = -1;
/** The colors in the order of the palette on the device. */
export const COLOR_NAMES: readonly Color[] = [
  ...(['ink', 'muted', 'backdrop', 'body'] as const),
  ...(['limb', 'joint', 'goal', 'action'] as const),
];
const COLOR_INDEX = Object.fromEntries(COLOR_NAMES.map((name, index) => [name, index])) as Record<
  Color,
  number
>;
/** Half of the thinnest line, in device pixels. */
const THINNEST = 0.5;

export class Scene implements Painter {
  private floats = new Float32Array(1024 * INSTANCE_WORDS);
  private words = new Uint32Array(this.floats.buffer);
  private length = 0;
  // From the units of the world to pixels of the canvas.
  private scale = 1;
  private x = 0;
  private y = 0;

  get count(): number {
    return this.length / INSTANCE_WORDS;
  }

  /** The instances so far. */
  get data(): Float32Array<ArrayBuffer> {
    return this.floats.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  /** Adds a drawing, fitted into a part of the canvas. */
  add(drawing: Drawing, area: Area): void {
    const { left, right, bottom, top } = drawing.view;
    this.scale = Math.min(area.width / (right - left), area.height / (top - bottom));
    this.x = area.left + area.width / 2 - (this.scale * (left + right)) / 2;
    this.y = area.top + area.height / 2 + (this.scale * (bottom + top)) / 2;
    paintDrawing(drawing, this);
  }

  /** Adds the frame of a part of the canvas. @param width in device pixels */
  addFrame({ left, top, width, height }: Area, color: Color, lineWidth: number): void {
    [this.scale, this.x, this.y] = [1, 0, 0];
    const corners: Point[] = [
      [left, -top],
      [left + width, -top],
      [left + width, -top - height],
      [left, -top - height],
    ];
    for (const [index, from] of corners.entries()) {
      this.line(from, corners[(index + 1) % corners.length]!, lineWidth / 2, color);
    }
  }

  line(from: Point, to: Point, radius: number, color: Color): void {
    this.push(from, to, to, Math.max(THINNEST, radius * this.scale), color);
  }

  triangle(a: Point, b: Point, c: Point, color: Color): void {
    this.push(a, b, c, TRIANGLE, color);
  }

  private push(a: Point, b: Point, c: Point, radius: number, color: Color): void {
    if (this.length === this.floats.length) this.grow();
    const { floats, length, scale, x, y } = this;
    floats[length] = x + scale * a[0];
    floats[length + 1] = y - scale * a[1];
    floats[length + 2] = x + scale * b[0];
    floats[length + 3] = y - scale * b[1];
    floats[length + 4] = x + scale * c[0];
    floats[length + 5] = y - scale * c[1];
    floats[length + 6] = radius;
    this.words[length + 7] = COLOR_INDEX[color];
    this.length += INSTANCE_WORDS;
  }

  private grow(): void {
    const larger = new Float32Array(2 * this.floats.length);
    larger.set(this.floats);
    this.floats = larger;
    this.words = new Uint32Array(larger.buffer);
  }
}
