/**
 * The JavaScript of an exported policy, put together from the parts that it needs. The formulas are
 * those of the host policy; `take` hands out its numbers one after another.
 */
import type { Activation } from '../config/choices';
import {
  type ActionHead,
  type ChoicesHead,
  choiceCount,
  choiceRanges,
  type GaussianHead,
  logActionScale,
} from './action-head';
import type { PolicyModel } from './policy-model';

const TAKE = `const bytes = Uint8Array.from(atob(NUMBERS), (character) => character.charCodeAt(0));
const numbers = new Float32Array(bytes.buffer);
let taken = 0;
const take = (count) => numbers.subarray(taken, (taken += count));
`;

const SIGMOID = `const sigmoid = (x) => 1 / (1 + Math.exp(-Math.min(80, Math.max(-80, x))));
`;

const ACTIVATIONS: Readonly<Record<Activation, string>> = {
  tanh: 'Math.tanh(x)',
  relu: 'Math.max(x, 0)',
  elu: 'x > 0 ? x : Math.expm1(x)',
  silu: 'x * sigmoid(x)',
};

/** How an observation is normalized; uses the first numbers. */
const NORMALIZE = (bound: number): string => `
const MEAN = take(WIDTHS[0]);
const DEVIATION = take(WIDTHS[0]);
const normalize = (x) =>
  x.map((value, f) => {
    const scaled = Math.fround(value - MEAN[f]) / DEVIATION[f];
    return Math.min(${bound}, Math.max(${-bound}, scaled));
  });
`;

const LINEAR = `
function linear({ weight, bias }, x) {
  return bias.map((start, output) => {
    let sum = start;
    for (let i = 0; i < x.length; i++) sum += weight[output * x.length + i] * x[i];
    return sum;
  });
}
`;

const LAYER_NORM = `
function layerNorm({ gain, shift }, z) {
  const mean = z.reduce((sum, value) => sum + value, 0) / z.length;
  const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length;
  const inverse = 1 / Math.sqrt(variance + 1e-5);
  return z.map((value, f) => gain[f] * (value - mean) * inverse + shift[f]);
}
`;

/** The actor: observation to head. */
function network({ actor: { activation, hidden, output }, normalizer }: PolicyModel): string {
  const widths = [...hidden.map(({ inputs }) => inputs), output.inputs, output.outputs];
  const normed = hidden.some(({ norm }) => norm !== null);
  const isHidden = 'index < WIDTHS.length - 2';
  const norms = `\n  ...(${isHidden} && { gain: take(outputs), shift: take(outputs) }),`;
  const layer = normed ? 'layerNorm(layer, linear(layer, y))' : 'linear(layer, y)';
  const activate = `const HIDDEN = layers.slice(0, -1);
const activate = (x) => ${ACTIVATIONS[activation]};
`;
  return `const WIDTHS = [${widths.join(', ')}];
${normalizer ? NORMALIZE(normalizer.bound) : ''}
const layers = WIDTHS.slice(1).map((outputs, index) => ({
  weight: take(outputs * WIDTHS[index]),
  bias: take(outputs),${normed ? norms : ''}
}));
${hidden.length > 0 ? activate : ''}${LINEAR}${normed ? LAYER_NORM : ''}
function forward(x) {
  let y = ${normalizer ? 'normalize(x)' : 'x'};
${hidden.length > 0 ? `  for (const layer of HIDDEN) y = ${layer}.map(activate);\n` : ''}\
  return linear(layers.at(-1), y);
}
`;
}

const choices = (head: ChoicesHead): string => `
const CHOICES = ${JSON.stringify(choiceRanges(head.nvec))};

function choose(logProbabilities, random) {
  if (!random) return logProbabilities.indexOf(Math.max(...logProbabilities));
  const threshold = random();
  let cumulative = 0;
  let choice = 0;
  for (const [d, logProbability] of logProbabilities.entries()) {
    if (threshold >= cumulative && logProbability > -Infinity) choice = d;
    cumulative += Math.exp(logProbability);
  }
  return choice;
}

function decide(logits, mask, random) {
  let sum = 0;
  const action = CHOICES.map(([begin, end]) => {
    const own = logits.slice(begin, end)${
      head.masked ? '.map((logit, d) => (mask[begin + d] ? logit : -Infinity))' : ''
    };
    const most = Math.max(...own);
    const total = own.reduce((all, logit) => all + Math.exp(logit - most), 0);
    const logProbabilities = own.map((logit) => logit - (most + Math.log(total)));
    const choice = choose(logProbabilities, random);
    sum += logProbabilities[choice];
    return choice;
  });
  return { action, logProbability: Math.fround(sum) };
}
`;

/** The log standard deviation of number a, and where it comes from. */
function logStd({ logStd: given, low: bounds }: GaussianHead): { code: string; use: string } {
  if (given instanceof Float32Array) {
    return { code: `const LOG_STD = take(${given.length});\n`, use: 'LOG_STD[a]' };
  }
  const { low, high } = given;
  const use = `Math.fround(${low} + ${high - low} * sigmoid(2 * head[${bounds.length} + a]))`;
  return { code: '', use };
}

function gaussian(head: GaussianHead): string {
  const { squashed } = head;
  const { code, use } = logStd(head);
  const list = (bounds: readonly number[]) => `[${bounds.join(', ')}]`;
  const density = squashed
    ? '\n    sum -= 2 * (Math.LN2 - Math.abs(u) - Math.log1p(Math.exp(-2 * Math.abs(u))));'
    : '';
  const inside = squashed ? 'low + sigmoid(2 * u) * (HIGH[a] - low)' : 'u';
  return `
const LOW = ${list(head.low)};
const HIGH = ${list(head.high)};
${code}
// A standard normal number (Box and Muller 1958).
const normal = (random) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function decide(head, mask, random) {
  let sum = ${squashed ? -logActionScale(head) : 0};
  const action = LOW.map((low, a) => {
    const logStd = ${use};
    const u = Math.fround(random ? head[a] + Math.exp(logStd) * normal(random) : head[a]);
    const z = (u - head[a]) * Math.exp(-logStd);
    sum -= 0.5 * z * z + logStd + 0.9189385332046727;${density}
    return Math.fround(Math.min(HIGH[a], Math.max(low, ${inside})));
  });
  return { action, logProbability: Math.fround(sum) };
}
`;
}

const CHECK_MASK = (size: number): string => `
  const allows = ([begin, end]) => Array.from(mask).slice(begin, end).some(Boolean);
  if (mask?.length !== ${size} || !CHOICES.every(allows)) {
    throw new RangeError('mask must have ${size} entries and allow a value of every choice');
  }`;

const act = (head: ActionHead): string => {
  const masked = head.kind === 'choices' && head.masked;
  return `
/** The policy's decision; the most likely action unless \`greedy\` is false. */
export function act(observation, { mask, greedy = true, random = Math.random } = {}) {
  const x = Float32Array.from(observation);
  if (x.length !== WIDTHS[0] || !x.every(Number.isFinite)) {
    throw new RangeError(\`observation must have \${WIDTHS[0]} finite numbers\`);
  }${masked ? CHECK_MASK(choiceCount(head)) : ''}
  return decide(forward(x), mask, greedy ? undefined : random);
}
`;
};

/**
 * The code of a module.
 * @param numbers in base64: `moduleNumbers` as little-endian float32
 */
export function moduleCode(model: PolicyModel, numbers: string): string {
  const { actor, head } = model;
  const usesSigmoid =
    actor.activation === 'silu' ||
    (head.kind === 'gaussian' && (head.squashed || !(head.logStd instanceof Float32Array)));
  return [
    `const NUMBERS =\n  '${numbers}';\n`,
    TAKE,
    usesSigmoid ? SIGMOID : '',
    network(model),
    head.kind === 'choices' ? choices(head) : gaussian(head),
    act(head),
  ].join('');
}

/** The numbers of a module in the order in which its code takes them. */
export function moduleNumbers({ normalizer, actor, head }: PolicyModel): Float32Array[] {
  const layers = [...actor.hidden, actor.output].flatMap(({ weight, bias, norm }) => [
    ...[weight, bias],
    ...(norm ? [norm.gain, norm.bias] : []),
  ]);
  return [
    ...(normalizer ? [normalizer.mean, normalizer.deviation] : []),
    ...layers,
    ...(head.kind === 'gaussian' && head.logStd instanceof Float32Array ? [head.logStd] : []),
  ];
}
