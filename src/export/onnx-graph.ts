/** The ONNX graph of a policy: normalizer, networks, action head. */
import type { Activation } from '../config/choices';
import {
  type OnnxAttribute,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
  TYPE,
} from '../formats/onnx';
import {
  actionSize,
  type ChoicesHead,
  choiceCount,
  type GaussianHead,
  logActionScale,
} from './action-head';
import { FORBIDDEN_LOGIT, HALF_LOG_TWO_PI, NORM_EPSILON } from './policy-constants';
import type { DenseLayer, Perceptron, PolicyModel } from './policy-model';

/** Name of the free dimension. */
const BATCH = 'batch';

/** Nodes and constants of a graph that grows. */
class GraphBuilder {
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxTensor[] = [];

  /** Float32 numbers; those of one shape are a vector. */
  floats(name: string, values: ArrayLike<number>, dims: readonly number[] = [values.length]) {
    return this.constant({ name, type: TYPE.float, dims, values: Float32Array.from(values) });
  }

  /** One float32 number. */
  number(name: string, value: number): string {
    return this.floats(name, [value], []);
  }

  /** 64-bit integers. */
  integers(name: string, values: readonly number[]): string {
    return this.constant({ name, type: TYPE.int64, dims: [values.length], values });
  }

  private constant(tensor: OnnxTensor): string {
    if (!this.constants.some(({ name }) => name === tensor.name)) this.constants.push(tensor);
    return tensor.name;
  }

  /** A node with one output, whose name is returned. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  /** Parts of a tensor along its second axis. */
  split(input: string, sizes: readonly number[], outputs: readonly string[]): readonly string[] {
    if (sizes.length === 1) return [input];
    const inputs = [input, this.integers(`${input}_sizes`, sizes)];
    this.nodes.push({ operator: 'Split', inputs, outputs, attributes: { axis: { int: 1 } } });
    return outputs;
  }
}

function normalizer(graph: GraphBuilder, { normalizer: own }: PolicyModel, input: string): string {
  if (!own) return input;
  const mean = graph.floats('normalizer_mean', own.mean);
  const deviation = graph.floats('normalizer_deviation', own.deviation);
  const centered = graph.node('Sub', [input, mean], 'centered_observation');
  const scaled = graph.node('Div', [centered, deviation], 'scaled_observation');
  const low = graph.number('normalizer_low', -own.bound);
  const high = graph.number('normalizer_high', own.bound);
  return graph.node('Clip', [scaled, low, high], 'normalized_observation');
}

function linear(graph: GraphBuilder, name: string, layer: DenseLayer, input: string): string {
  const { inputs, outputs, weight, bias } = layer;
  const terms = [
    input,
    graph.floats(`${name}_weight`, weight, [outputs, inputs]),
    graph.floats(`${name}_bias`, bias),
  ];
  return graph.node('Gemm', terms, `${name}_linear`, { transB: { int: 1 } });
}

const OPERATORS = { tanh: 'Tanh', relu: 'Relu', elu: 'Elu' } as const;

function activate(graph: GraphBuilder, name: string, activation: Activation, input: string) {
  if (activation !== 'silu') return graph.node(OPERATORS[activation], [input], `${name}_output`);
  const gate = graph.node('Sigmoid', [input], `${name}_gate`);
  return graph.node('Mul', [input, gate], `${name}_output`);
}

function hiddenLayers(
  graph: GraphBuilder,
  name: string,
  { hidden, activation }: Perceptron,
  input: string,
): string {
  return hidden.reduce((x, layer, index) => {
    const own = `${name}_${index}`;
    const z = linear(graph, own, layer, x);
    const { norm } = layer;
    if (!norm) return activate(graph, own, activation, z);
    const inputs = [
      z,
      graph.floats(`${own}_gain`, norm.gain),
      graph.floats(`${own}_shift`, norm.bias),
    ];
    const attributes = { axis: { int: -1 }, epsilon: { float: NORM_EPSILON } };
    const a = graph.node('LayerNormalization', inputs, `${own}_normalized`, attributes);
    return activate(graph, own, activation, a);
  }, input);
}

/** Σ over the second axis, [batch]. */
function sumUp(graph: GraphBuilder, input: string, output: string): string {
  const inputs = [input, graph.integers('second_axis', [1])];
  return graph.node('ReduceSum', inputs, output, { keepdims: { int: 0 } });
}

/** Logits of one choice with the forbidden ones far below; a mask that allows none allows all. */
function maskLogits(graph: GraphBuilder, name: string, logits: string, mask: string): string {
  const given = graph.node('Cast', [mask], `${name}_given`, { to: { int: TYPE.float } });
  const axes = { axes: { ints: [1] }, keepdims: { int: 1 } };
  const some = graph.node('ReduceMax', [given], `${name}_some`, axes);
  const none = graph.node('Sub', [graph.number('one', 1), some], `${name}_none`);
  const either = graph.node('Max', [given, none], `${name}_either`);
  const allowed = graph.node('Cast', [either], `${name}_allowed`, { to: { int: TYPE.bool } });
  const forbidden = graph.number('forbidden', FORBIDDEN_LOGIT);
  return graph.node('Where', [allowed, logits, forbidden], `${name}_masked`);
}

function choices(graph: GraphBuilder, { nvec, masked }: ChoicesHead, head: string): void {
  const names = nvec.map((_, c) => `choice_${c}`);
  const logits = graph.split(
    head,
    nvec,
    names.map((name) => `${name}_logits`),
  );
  const masks = masked
    ? graph.split(
        'mask',
        nvec,
        names.map((name) => `${name}_mask`),
      )
    : [];
  const parts = names.map((name, c) => {
    const own = masked ? maskLogits(graph, name, logits[c]!, masks[c]!) : logits[c]!;
    const logs = graph.node('LogSoftmax', [own], `${name}_logs`, { axis: { int: 1 } });
    const axis = { axis: { int: 1 }, keepdims: { int: 1 } };
    const chosen = graph.node('ArgMax', [own], name, axis);
    const log = graph.node('GatherElements', [logs, chosen], `${name}_log`, { axis: { int: 1 } });
    return { chosen, log };
  });
  const axis = { axis: { int: 1 } };
  graph.node(
    'Concat',
    parts.map(({ chosen }) => chosen),
    'action',
    axis,
  );
  const logs = graph.node(
    'Concat',
    parts.map(({ log }) => log),
    'choice_logs',
    axis,
  );
  sumUp(graph, logs, 'log_probability');
}

/** Means and log standard deviations, [batch, A] each. */
function moments(
  graph: GraphBuilder,
  { logStd, low: { length: size } }: GaussianHead,
  head: string,
) {
  if (logStd instanceof Float32Array) {
    const shape = graph.node('Shape', [head], 'mean_shape');
    const free = graph.floats('free_log_std', logStd, [1, size]);
    return [head, graph.node('Expand', [free, shape], 'log_std')] as const;
  }
  const parts = graph.split(head, [size, size], ['mean', 'spread']);
  const doubled = graph.node('Mul', [parts[1]!, graph.number('two', 2)], 'doubled_spread');
  const share = graph.node('Sigmoid', [doubled], 'log_std_share');
  const range = graph.number('log_std_range', logStd.high - logStd.low);
  const above = graph.node('Mul', [share, range], 'log_std_above');
  return [
    parts[0]!,
    graph.node('Add', [above, graph.number('log_std_low', logStd.low)], 'log_std'),
  ];
}

/** log(1 - tanh² u) = 2 (log 2 - |u| - log(1 + e^(-2|u|))), [batch, A] */
function logSlope(graph: GraphBuilder, mean: string): string {
  const size = graph.node('Abs', [mean], 'mean_size');
  const doubled = graph.node('Mul', [size, graph.number('minus_two', -2)], 'mean_size_doubled');
  const small = graph.node('Exp', [doubled], 'tail');
  const sum = graph.node('Add', [small, graph.number('one', 1)], 'tail_sum');
  const log = graph.node('Log', [sum], 'tail_log');
  const both = graph.node('Add', [size, log], 'slope_loss');
  const half = graph.node('Sub', [graph.number('log_two', Math.LN2), both], 'half_log_slope');
  return graph.node('Mul', [half, graph.number('two', 2)], 'log_slope');
}

/** low + sigmoid(2u) (high - low) */
function squash(graph: GraphBuilder, { low, high }: GaussianHead, mean: string): string {
  const doubled = graph.node('Mul', [mean, graph.number('two', 2)], 'doubled_mean');
  const share = graph.node('Sigmoid', [doubled], 'share');
  const range = graph.floats(
    'action_range',
    high.map((bound, a) => bound - low[a]!),
  );
  const above = graph.node('Mul', [share, range], 'above_low');
  return graph.node('Add', [above, graph.floats('action_low', low)], 'squashed');
}

function gaussian(graph: GraphBuilder, own: GaussianHead, head: string): void {
  const [mean, logStd] = moments(graph, own, head);
  const inside = own.squashed ? squash(graph, own, mean) : mean;
  const above = graph.node('Max', [inside, graph.floats('action_low', own.low)], 'above_bound');
  graph.node('Min', [above, graph.floats('action_high', own.high)], 'action');
  const constant = graph.number('half_log_two_pi', HALF_LOG_TWO_PI);
  const spread = graph.node('Add', [logStd, constant], 'spread_log');
  const slope = own.squashed ? logSlope(graph, mean) : undefined;
  const lost = slope ? graph.node('Add', [spread, slope], 'density_loss') : spread;
  const sum = sumUp(graph, lost, 'density_loss_sum');
  const scale = graph.number('action_scale_log', own.squashed ? -logActionScale(own) : 0);
  graph.node('Sub', [scale, sum], 'log_probability');
}

function value(graph: GraphBuilder, model: PolicyModel, input: string, hidden: string): void {
  const { actor, critic } = model;
  if (!critic) return;
  const shared = critic.hidden === actor.hidden;
  const own = shared ? hidden : hiddenLayers(graph, 'critic', critic, input);
  const column = linear(graph, 'value', critic.output, own);
  graph.node('Squeeze', [column, graph.integers('second_axis', [1])], 'value');
}

/** What a model's graph consists of. */
export interface OnnxGraphParts {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The greedy policy as a graph. */
export function onnxGraph(model: PolicyModel): OnnxGraphParts {
  const { head, actor, critic, observationSize } = model;
  const graph = new GraphBuilder();
  const input = normalizer(graph, model, 'observation');
  const hidden = hiddenLayers(graph, 'actor', actor, input);
  const outputs = linear(graph, 'head', actor.output, hidden);
  if (head.kind === 'choices') choices(graph, head, outputs);
  else gaussian(graph, head, outputs);
  value(graph, model, input, hidden);
  const { nodes, constants } = graph;
  const isChoices = head.kind === 'choices';
  const of = (name: string, type: number, ...rest: readonly number[]): OnnxValue => ({
    ...{ name, type, dims: [BATCH, ...rest] },
  });
  return {
    ...{ nodes, constants },
    inputs: [
      of('observation', TYPE.float, observationSize),
      ...(isChoices && head.masked ? [of('mask', TYPE.bool, choiceCount(head))] : []),
    ],
    outputs: [
      of('action', isChoices ? TYPE.int64 : TYPE.float, actionSize(head)),
      of('log_probability', TYPE.float),
      ...(critic ? [of('value', TYPE.float)] : []),
    ],
  };
}
