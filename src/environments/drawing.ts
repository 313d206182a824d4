/** Drawings: shapes in world coordinates, which a terminal, a picture and a page can show. */
import type { DataTables } from './data-table';

/** Horizontal and vertical coordinate, in units of the world; y points up. */
export type Point = readonly [x: number, y: number];

/**
 * What a shape is, which the renderer turns into a color that fits a light or a dark background:
 * `ink` outlines and text; `muted` what matters less; `backdrop` soft areas behind everything,
 * which terminals leave out; `body` a cart, car or other body; `limb` poles, links and rods;
 * `joint` hinges and wheels; `goal` what must be reached; `action` what the policy does.
 */
export type Color =
  | ('ink' | 'muted' | 'backdrop')
  | ('body' | 'limb' | 'joint' | 'goal' | 'action');

/** All colors. */
export const COLORS: readonly Color[] = [
  ...(['ink', 'muted', 'backdrop'] as const),
  ...(['body', 'limb', 'joint', 'goal', 'action'] as const),
];

/** Connected straight lines with round ends; one pixel wide at least. */
export interface LineShape {
  /** Tells the shapes apart. */
  readonly type: 'line';
  /** Two points or more. */
  readonly points: readonly Point[];
  /** In units of the world. */
  readonly width: number;
  /** By its role. */
  readonly color: Color;
}

/** A filled circle. */
export interface CircleShape {
  /** Tells the shapes apart. */
  readonly type: 'circle';
  /** In the world. */
  readonly center: Point;
  /** In units of the world. */
  readonly radius: number;
  /** By its role. */
  readonly color: Color;
}

/** A filled polygon, in any direction. */
export interface PolygonShape {
  /** Tells the shapes apart. */
  readonly type: 'polygon';
  /** Three corners or more; the last one is connected to the first. */
  readonly points: readonly Point[];
  /** By its role. */
  readonly color: Color;
}

/** One line of text in capitals; pictures have A to Z, digits and common punctuation. */
export interface TextShape {
  /** Tells the shapes apart. */
  readonly type: 'text';
  /** The lower end of the text, at the side that `anchor` names. */
  readonly at: Point;
  /** What is written. */
  readonly text: string;
  /** Of a capital letter, in units of the world. */
  readonly height: number;
  /** By its role. */
  readonly color: Color;
  /** Where `at` lies; default left. */
  readonly anchor?: 'left' | 'middle' | 'right' | undefined;
}

/** One shape of a drawing. */
export type Shape = LineShape | CircleShape | PolygonShape | TextShape;

/** The part of the world that is shown, in its units. */
export interface View {
  /** The least x. */
  readonly left: number;
  /** The greatest x, above `left`. */
  readonly right: number;
  /** The least y. */
  readonly bottom: number;
  /** The greatest y, above `bottom`. */
  readonly top: number;
}

/** A picture of one state. */
export interface Drawing {
  /** What is shown; it should be the same for all states, or pictures jump. */
  readonly view: View;
  /** In the order in which they are painted. */
  readonly shapes: readonly Shape[];
}

/** What a drawing may show besides the state: the step that begins in it. */
export interface ShownStep {
  /** What the policy observes, O numbers. */
  readonly observation: readonly number[];
  /** What the policy does, A numbers within their bounds; undefined when the episode has ended. */
  readonly action: readonly number[] | undefined;
  /** The reward of that action; undefined when the episode has ended. */
  readonly reward: number | undefined;
  /** The params of the episode by name: the constants, and what it has drawn from ranges. */
  readonly params?: Readonly<Record<string, number>> | undefined;
  /** The data tables of the environment by name. */
  readonly tables?: DataTables | undefined;
}
