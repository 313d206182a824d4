/**
 * What a network is to a run: parameters, a forward and a backward pass, and gradients of the
 * parameters. The multilayer perceptron (mlp-layout.ts) is one kind; other kinds come from outside
 * (docs/recipes/network.md).
 *
 * A network has no state that is carried from step to step: the values of a rollout are computed
 * after it, for all rows at once, and minibatches are single samples. Recurrent networks need both
 * to be different.
 */
import type { FloatType, Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { ParameterBlock, SampleBlock, SampleCount } from '../kernels/blocks';

/** What a network is laid out for. */
export interface NetworkSizes {
  /** Numbers of a sample that it sees. */
  readonly inputs: number;
  /** Numbers that it computes for a sample. */
  readonly outputs: number;
  /** Index of its first parameter among the P parameters of an agent. */
  readonly begin: number;
}

/** A kind of network, such as `mlp` makes it; the same for all sizes. */
export interface NetworkKind {
  /** Lays out a network of this kind. It may be called several times and must have no effect. */
  layout(sizes: NetworkSizes): NetworkLayout;
}

/** Uniform and normal random numbers, the same for the same seed. */
export interface RandomNumbers {
  /** A number in [0, 1). */
  random(): number;
  /** A standard normal number. */
  normal(): number;
}

/** Consecutive outputs of a network that begin alike. */
export interface OutputStart {
  /** How many they are. */
  readonly count: number;
  /** Norm that the weights of each of them should begin with: 0.01 for a head, 1 for a value. */
  readonly gain: number;
  /** What they should be on average before training, `count` numbers. */
  readonly bias: readonly number[];
}

/** A network of certain sizes: where its parameters lie, how they begin, and how it is computed. */
export interface NetworkLayout extends NetworkSizes {
  /** Index just past its last parameter: it has `end - begin`, and they belong to it alone. */
  readonly end: number;
  /**
   * Floats of scratch memory per sample in its largest tensor, at least 1: what decides over how
   * many rows of a rollout it is computed at a time.
   */
  readonly scratch: number;
  /**
   * Writes its initial parameters.
   * @param parameters of one agent, [P], zeros from `begin` to `end`
   * @param outputs how its outputs begin, in order, `outputs` in all
   */
  initialize(parameters: Float32Array, rng: RandomNumbers, outputs: readonly OutputStart[]): void;
  /** Prepares it for a number of samples; declares its scratch memory. */
  create(runtime: Runtime, options: NetworkOptions): Network;
}

/** What a network is prepared for. */
export interface NetworkOptions {
  /** Begins the names of its tensors. */
  readonly name: string;
  /** The parameters of all agents, [K][P]; its own are those from `begin` to `end`. */
  readonly parameters: ParameterBlock;
  /** The samples that every pass covers. */
  readonly count: SampleCount;
  /** Whether `backward` and `weightGradients` will be called. */
  readonly trained: boolean;
  /** What results between layers may be stored as to save memory (`storage`). */
  readonly storage: FloatType;
}

/** Where the gradients of all parameters are summed. */
export interface GradientTarget {
  /** [K][slices][P] */
  readonly partials: Tensor;
  /**
   * Parts of the samples that are summed apart: slice i has columns from i ⌈stride / 4 / slices⌉
   * quads on.
   */
  readonly slices: number;
}

/**
 * A network that is prepared for a number of samples. Its passes are recorded once and run many
 * times; each call returns dispatches for the tensors it is given. Padding columns of inputs and
 * gradients are finite, those of gradients 0.
 */
export interface Network {
  /**
   * y = network(x), [inputs][samples] → [outputs][samples]; `x` and `y` have the rows and columns
   * of `count`.
   */
  forward(x: SampleBlock, y: SampleBlock): Dispatch[];
  /** From the gradient by its outputs to those of everything in between; runs after `forward`. */
  backward(dY: SampleBlock): Dispatch[];
  /**
   * Writes the gradients by all its parameters, from `begin` to `end` in every slice; runs after
   * `backward`. The sum over the slices is the gradient; a network may put all of it into one slice
   * and zeros into the others.
   */
  weightGradients(x: SampleBlock, dY: SampleBlock, target: GradientTarget): Dispatch[];
}
