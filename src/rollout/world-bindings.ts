/**
 * What an environment has on the device beside its states: data tables, and the ranges of params
 * that vary.
 */
import { tableWords, wordCount } from '../environments/data-table';
import type { EnvironmentDefinition } from '../environments/definition';
import { type Params, packRanges, RANGE_WORDS, variedNames } from '../environments/param-range';
import type { Arena, Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { type ModuleBinding, read, uniform } from '../gpu/kernel';
import { writeTensor } from '../gpu/readback';

/** Binding numbers in shaders/rollout/tables.wesl and shaders/rollout/world.wesl. */
const TABLES_BINDING = 30;
const RANGES_BINDING = 31;

export interface WorldTensors {
  /** All tables, one after the other, [words]; only where the environment has any. */
  readonly tables?: Tensor | undefined;
  /** Ranges of the params that vary, [params][RANGE_WORDS]; only where any do. */
  readonly ranges?: Tensor | undefined;
}

/** @param tables those of another user of the environment, which are shared */
export function declareWorld(
  arena: Arena,
  environment: EnvironmentDefinition,
  tables?: Tensor,
): WorldTensors {
  const varied = variedNames(environment);
  const own = environment.tables;
  return {
    tables:
      tables ??
      (own && arena.declare('data tables', [wordCount(own)], 'u32', 'use smaller tables (tables)')),
    ranges:
      varied.length > 0
        ? arena.declareUniform(
            'ranges of params',
            [varied.length, RANGE_WORDS],
            'vary fewer params',
          )
        : undefined,
  };
}

/** Writes the tables, and the ranges as the description has them. */
export function writeWorld(
  gpu: Gpu,
  tensors: WorldTensors,
  environment: EnvironmentDefinition,
): void {
  const { tables } = tensors;
  if (tables) writeTensor(gpu, tables, tableWords(environment.tables!));
  writeRanges(gpu, tensors, environment, environment.params ?? {});
}

/**
 * Writes ranges of the params that vary in the environment.
 * @param params all params
 */
export function writeRanges(
  gpu: Gpu,
  { ranges }: WorldTensors,
  environment: EnvironmentDefinition,
  params: Params,
): void {
  if (ranges) writeTensor(gpu, ranges, packRanges(params, variedNames(environment)));
}

/** The bindings of kernels that call the environment's functions. */
export function worldBindings({ tables, ranges }: WorldTensors): ModuleBinding[] {
  return [
    ...(tables ? [{ binding: TABLES_BINDING, name: 'tables', access: read(tables) }] : []),
    ...(ranges ? [{ binding: RANGES_BINDING, name: 'ranges', access: uniform(ranges) }] : []),
  ];
}
