/**
 * The whole state of a run in the host's memory: every tensor that the loop carries, in a layout
 * that does not depend on the kernels, and the host's counters. A run that is restored from it goes
 * on as if it had never stopped.
 */
import { ConfigError } from '../config/config-error';
import type { PpoConfig } from '../config/ppo-config';
import type { Params } from '../environments/param-range';
import { elementCount, type Tensor } from '../gpu/arena';
import type { Gpu } from '../gpu/device';
import { readTensor, writeTensor } from '../gpu/readback';
import { EPISODE_BATCH_FIELDS, type EpisodeBatch } from './metrics';
import { type CarriedTensors, carriedTensors, type TrainState } from './train-state';

/** One tensor of a `TrainerSnapshot`. */
export interface SnapshotTensor {
  /** Outermost dimension first; the agents are always the outermost. */
  readonly shape: readonly number[];
  /**
   * All elements in that order. 32-bit words that are not all numbers of one kind are a
   * Uint32Array.
   */
  readonly data: Float32Array | Uint32Array;
}

/** What the host counts beside the tensors of a `TrainerSnapshot`. */
export interface TrainingCounters {
  /** Iterations that are finished and reported. */
  readonly iteration: number;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Evaluations so far; each draws random numbers of its own. */
  readonly evaluations: number;
  /** The episodes behind `charts/episodic_return`, by agent: K lists. */
  readonly recentEpisodes: readonly (readonly EpisodeBatch[])[];
}

/** What `Trainer.snapshot` returns and `Trainer.restore` takes. */
export interface TrainerSnapshot {
  /**
   * By name: `agents`, `parameters` [K][P], `optimizer` [K][2][P], `faults`, `environmentStates`,
   * `episodes`, `observationMoments`, `returnMoments`, `discountedReturns`; with a reference policy
   * `reference` [K][P]; in worlds of two players `opponents` [K][opponents][P] and `ratings`
   * [K][opponents + 1], the agents' own being the last.
   */
  readonly tensors: Readonly<Record<string, SnapshotTensor>>;
  /** What the host counts beside them. */
  readonly counters: TrainingCounters;
  /** The complete configuration of the run at that point. */
  readonly config: PpoConfig;
  /** The ranges of the params that vary, by name; absent where none do. */
  readonly params?: Params | undefined;
  /**
   * The states of the agents' worlds, where they step on the host and can be saved; without them
   * their environments begin new episodes.
   */
  readonly worlds?: readonly unknown[] | undefined;
}

/** Tells a snapshot from what else a run can begin with. */
export function isSnapshot(first: object | undefined): first is TrainerSnapshot {
  return first !== undefined && 'counters' in first;
}

/**
 * The tensors of a state by their names in snapshots; those of an earlier iteration where they are
 * given.
 */
function namedTensors(
  state: TrainState,
  carried: CarriedTensors = carriedTensors(state),
): Readonly<Record<string, Tensor>> {
  const { reference } = state;
  return Object.fromEntries(Object.entries({ ...carried, ...(reference && { reference }) }));
}

/** The shape of a tensor in snapshots: moments lie as the parameters do. */
function snapshotShape(name: string, tensor: Tensor, state: TrainState): readonly number[] {
  const [agents, parameters] = state.parameters.shape as [number, number];
  return name === 'optimizer' ? [agents, 2, parameters] : tensor.shape;
}

/** The optimizer's moments as the kernels have them and as snapshots do, and the way between. */
class MomentLayout {
  constructor(
    private readonly origins: Uint32Array,
    private readonly parameters: number,
  ) {}

  /** [rows][parameters] of [rows][elements]. */
  unpack(packed: Float32Array): Float32Array {
    const { length } = this.origins;
    const unpacked = new Float32Array((packed.length / length) * this.parameters);
    this.visit(unpacked.length, (at, place) => {
      unpacked[place] = packed[at]!;
    });
    return unpacked;
  }

  /** [rows][elements] of [rows][parameters]; padding has moments of 0. */
  pack(unpacked: Float32Array): Float32Array {
    const packed = new Float32Array((unpacked.length / this.parameters) * this.origins.length);
    this.visit(unpacked.length, (at, place) => {
      packed[at] = unpacked[place]!;
    });
    return packed;
  }

  /** Calls `copy` with the packed and the unpacked index of every moment. */
  private visit(moments: number, copy: (packed: number, unpacked: number) => void): void {
    const { origins, parameters } = this;
    for (let row = 0; row < moments / parameters; row++) {
      for (let element = 0; element < origins.length; element++) {
        const origin = origins[element]!;
        // Padding has no parameter.
        if (origin > 0) copy(row * origins.length + element, row * parameters + origin - 1);
      }
    }
  }
}

/** The layouts of the runs that have taken a snapshot, which all their snapshots share. */
const momentLayouts = new WeakMap<TrainState, MomentLayout | undefined>();

/** The layout of the optimizer's moments; undefined where it is that of the parameters. */
function momentLayout(state: TrainState): MomentLayout | undefined {
  if (!momentLayouts.has(state)) {
    const origins = state.optimizerOrigins();
    momentLayouts.set(state, origins && new MomentLayout(origins, state.parameters.shape[1]!));
  }
  return momentLayouts.get(state);
}

/**
 * Reads a state. The copies are asked for before this returns, so that no later iteration comes in
 * between.
 * @param carried the tensors of the iteration that is wanted
 */
export async function readSnapshotTensors(
  gpu: Gpu,
  state: TrainState,
  carried: CarriedTensors,
): Promise<TrainerSnapshot['tensors']> {
  const layout = momentLayout(state);
  const read = async (name: string, tensor: Tensor): Promise<readonly [string, SnapshotTensor]> => {
    const bytes = await readTensor(gpu, tensor);
    const View = tensor.type === 'u32' ? Uint32Array : Float32Array;
    const found = new View(bytes, 0, elementCount(tensor.shape));
    const data = name === 'optimizer' && layout ? layout.unpack(found as Float32Array) : found;
    return [name, { shape: snapshotShape(name, tensor, state), data }];
  };
  const tensors = Object.entries(namedTensors(state, carried));
  return Object.fromEntries(await Promise.all(tensors.map(([name, tensor]) => read(name, tensor))));
}

/** Writes tensors that have passed `checkSnapshot`. */
export function writeSnapshotTensors(
  gpu: Gpu,
  state: TrainState,
  tensors: TrainerSnapshot['tensors'],
): void {
  const layout = momentLayout(state);
  for (const [name, tensor] of Object.entries(namedTensors(state))) {
    const { data } = tensors[name]!;
    const packs = name === 'optimizer' && layout;
    writeTensor(gpu, tensor, packs ? layout.pack(data as Float32Array) : data);
  }
}

/** The tensors that the guards keep finite. */
const FINITE: readonly string[] = [
  ...['parameters', 'optimizer', 'reference', 'opponents', 'ratings'],
];

function findNonFinite(name: string, data: SnapshotTensor['data']): string | undefined {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return undefined;
  return `snapshot.tensors.${name}.data[${bad}] is ${data[bad]}; it must be finite`;
}

function findTensorProblem(
  name: string,
  given: SnapshotTensor | undefined,
  tensor: Tensor,
  shape: readonly number[],
): string | undefined {
  if (!given) return `snapshot has no tensor ${name}, which this run has`;
  const View = tensor.type === 'u32' ? Uint32Array : Float32Array;
  const wanted = `${View.name} of the shape [${shape.join(', ')}]`;
  if (!(given.data instanceof View)) {
    return `snapshot.tensors.${name}.data is no ${View.name}; it must be a ${wanted}`;
  }
  if (given.shape.join() === shape.join() && given.data.length === elementCount(shape)) {
    return FINITE.includes(name) ? findNonFinite(name, given.data) : undefined;
  }
  return (
    `snapshot.tensors.${name} has the shape [${given.shape.join(', ')}] and ` +
    `${given.data.length} elements; it must be a ${wanted} ` +
    '(numAgents, numEnvs, hiddenSizes, opponents, the environment)'
  );
}

function findCounterProblems(
  { iteration, seconds, evaluations, recentEpisodes }: TrainingCounters,
  agents: number,
  iterations: number,
): string[] {
  const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  const isBatch = (batch: EpisodeBatch): boolean =>
    EPISODE_BATCH_FIELDS.every((field) => Number.isFinite(batch[field]));
  const problems: string[] = [];
  const refuse = (name: string, value: unknown, allowed: string): void => {
    problems.push(`snapshot.counters.${name} is ${value}; it must be ${allowed}`);
  };
  if (!isCount(iteration) || iteration > iterations) {
    const allowed = `an integer from 0 to ${iterations}, the iterations of this run`;
    refuse('iteration', iteration, `${allowed} (totalTimesteps)`);
  }
  if (!(Number.isFinite(seconds) && seconds >= 0)) {
    refuse('seconds', seconds, 'a finite number of at least 0');
  }
  if (!isCount(evaluations)) refuse('evaluations', evaluations, 'an integer of at least 0');
  if (recentEpisodes.length !== agents) {
    const lists = `${recentEpisodes.length} lists`;
    refuse('recentEpisodes', lists, `${agents} lists, one per agent (numAgents)`);
  }
  const bad = recentEpisodes.flat().find((batch) => !isBatch(batch));
  if (bad) refuse('recentEpisodes', JSON.stringify(bad), 'lists of records of finite numbers');
  return problems;
}

/**
 * Checks whether a run can be restored from a snapshot.
 * @param iterations iterations of the whole run
 * @throws ConfigError with every tensor and counter that does not fit.
 */
export function checkSnapshot(
  { tensors, counters, worlds }: TrainerSnapshot,
  state: TrainState,
  iterations: number,
): void {
  const own = namedTensors(state);
  const problems = Object.entries(own).flatMap(([name, tensor]) => {
    const shape = snapshotShape(name, tensor, state);
    return findTensorProblem(name, tensors[name], tensor, shape) ?? [];
  });
  for (const name of Object.keys(tensors)) {
    if (!(name in own)) problems.push(`snapshot has a tensor ${name}, which this run has not`);
  }
  const agents = state.agents.shape[0]!;
  problems.push(...findCounterProblems(counters, agents, iterations));
  if (worlds && worlds.length !== agents) {
    problems.push(`snapshot.worlds are ${worlds.length}; they must be ${agents} (numAgents)`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
