/** Draws the states of any environment, and checks what its own function returns. */
import { type EnvironmentDefinition, EnvironmentError } from './definition';
import { isFields, show, showIs } from './described-value';
import { COLORS, type Drawing, type ShownStep } from './drawing';
import { ENVIRONMENTS } from './index';
import { drawObservation } from './observation-bars';
import type { StateFields } from './state-fields';

/**
 * The drawing of a state: the environment's own, or bars of its observation.
 * @throws EnvironmentError where its own function throws, or returns what is no drawing.
 */
export function drawState(
  environment: EnvironmentDefinition,
  state: StateFields,
  step: ShownStep,
): Drawing {
  const owner = ownerOfDrawing(environment);
  if (!owner) return drawObservation(environment, step);
  const drawing = attempt(owner, state, { ...step, tables: environment.tables });
  const problem = drawingProblem(drawing);
  if (problem === undefined) return drawing as Drawing;
  throw new EnvironmentError(`environment ${environment.id}: draw returned ${problem}`);
}

/**
 * The description with the function that draws an environment, or undefined. Files keep no
 * functions, so a built-in environment that was read from one is drawn by the list's.
 */
function ownerOfDrawing(environment: EnvironmentDefinition): EnvironmentDefinition | undefined {
  if (environment.draw) return environment;
  const { id, shader } = environment;
  return ENVIRONMENTS.find((own) => own.id === id && own.shader === shader);
}

function attempt(environment: EnvironmentDefinition, state: StateFields, step: ShownStep): unknown {
  try {
    return environment.draw!(state, step);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EnvironmentError(`environment ${environment.id}: draw threw: ${reason}`, {
      cause: error,
    });
  }
}

/** The first thing that is wrong with a drawing, in words that follow "draw returned". */
function drawingProblem(drawing: unknown): string | undefined {
  if (!isFields(drawing) || !Array.isArray(drawing.shapes)) {
    return `${show(drawing)}; it must return { view, shapes: [...] }`;
  }
  const { view } = drawing;
  const [left, right, bottom, top] = ['left', 'right', 'bottom', 'top'].map((side) =>
    isFields(view) ? view[side] : undefined,
  );
  if (![left, right, bottom, top].every(isNumber)) {
    return 'a view without four finite numbers left, right, bottom and top';
  }
  if (!(left! < right! && bottom! < top!)) {
    return `an empty view: left ${left}, right ${right}, bottom ${bottom}, top ${top}`;
  }
  for (const [index, shape] of drawing.shapes.entries()) {
    const problem = shapeProblem(shape);
    if (problem !== undefined) return `shapes[${index}]${problem}`;
  }
  return undefined;
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

const isPoint = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);

const isNonNegative = (value: unknown): boolean => isNumber(value) && value >= 0;

const ANCHORS: readonly unknown[] = ['left', 'middle', 'right', undefined];

/** What each kind of shape must have. */
const NEEDS: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  line: { points: (value) => arePoints(value, 2), width: isNonNegative },
  polygon: { points: (value) => arePoints(value, 3) },
  circle: { center: isPoint, radius: isNonNegative },
  text: {
    at: isPoint,
    text: (value) => typeof value === 'string',
    height: isNonNegative,
    anchor: (value) => ANCHORS.includes(value),
  },
};

const WORDS: Readonly<Record<string, string>> = {
  points: 'at least two points [x, y], a polygon three, of finite numbers',
  width: 'a finite number from 0',
  center: 'a point [x, y] of finite numbers',
  radius: 'a finite number from 0',
  at: 'a point [x, y] of finite numbers',
  text: 'a text',
  height: 'a finite number from 0',
  anchor: 'left, middle or right',
};

function arePoints(value: unknown, least: number): boolean {
  return Array.isArray(value) && value.length >= least && value.every(isPoint);
}

function shapeProblem(shape: unknown): string | undefined {
  const type = isFields(shape) ? String(shape.type) : '';
  const needs = Object.hasOwn(NEEDS, type) ? NEEDS[type] : undefined;
  if (!isFields(shape) || !needs) {
    return ` of an unknown type; there are ${Object.keys(NEEDS).join(', ')}`;
  }
  const bad = Object.entries(needs).find(([name, isGood]) => !isGood(shape[name]));
  if (bad) return `, a ${shape.type}, whose ${bad[0]} must be ${WORDS[bad[0]]}`;
  if (COLORS.some((color) => color === shape.color)) return undefined;
  return ` with a color that ${showIs(shape.color)}; there are ${COLORS.join(', ')}`;
}
