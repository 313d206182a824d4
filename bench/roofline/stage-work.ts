/** How much the stages of an iteration compute and move at least, from the sizes alone. */
import { mlpOf } from '../../src/network/mlp-layout';
import type { NetworkLayout } from '../../src/network/network';
import type { Trainer } from '../../src/trainer/trainer';

/** Work of one iteration, for all agents and updates together. */
export interface StageWork {
  /** FLOP of the networks' matrix products only, a multiply-add counting as two. */
  readonly flop: number;
  /** Bytes that must be read and written once, without caches and partial sums. */
  readonly bytes: number;
}

/** The sizes of a run that determine its work. */
export interface WorkSizes {
  /** Transitions per iteration, all agents: K · N · T. */
  readonly transitions: number;
  /** Rows of observations times K · N: K · N · (T + 1 + F). */
  readonly observed: number;
  /** Samples that updates see per iteration: transitions × epochs. */
  readonly samples: number;
  /** Optimizer steps × K. */
  readonly updates: number;
  /** P */
  readonly parameters: number;
  /** Rows of a stored action. */
  readonly actionRows: number;
  /** Layer widths, input to output. */
  readonly actor: readonly number[];
  /** Empty if there is none. */
  readonly critic: readonly number[];
  /** Layer widths of the trained networks, by name; one network if they share a trunk. */
  readonly networks: Readonly<Record<string, readonly number[]>>;
}

/** @param actionRows of the environment: 1 for a discrete action */
export function workSizes(
  { run: { sizes, layout }, config }: Trainer,
  maxEpisodeSteps: number | null,
  actionRows: number,
): WorkSizes {
  const { agents, envs, steps, batch, epochs, updates } = sizes;
  const widths = (network: NetworkLayout): number[] => {
    const { inputs, layers } = mlpOf(network)!;
    return [inputs, ...layers.map(({ outputs }) => outputs)];
  };
  const slots = maxEpisodeSteps === null ? 0 : Math.ceil(steps / maxEpisodeSteps);
  return {
    transitions: agents * batch,
    observed: agents * envs * (steps + 1 + slots),
    samples: agents * batch * epochs,
    updates: agents * updates * Number(config.updateEpochs > 0),
    parameters: layout.parameterCount,
    actionRows,
    actor: widths(layout.actor),
    critic: layout.critic ? widths(layout.critic) : [],
    networks: Object.fromEntries(
      layout.networks.map((network) => [network.name, widths(network.layout)]),
    ),
  };
}

/** Multiply-adds of one sample through a network, from its `first` layer on. */
export function products(widths: readonly number[], first = 0): number {
  return widths.slice(first + 1).reduce((sum, width, i) => sum + width * widths[first + i]!, 0);
}

/** Inputs and outputs of all layers together, for one sample. */
function passed(widths: readonly number[]): number {
  return widths.slice(1).reduce((sum, width, i) => sum + width + widths[i]!, 0);
}

const WORD = 4;
type Model = (sizes: WorkSizes) => StageWork;

const forward: Model = ({ networks, samples }) => ({
  flop: 2 * samples * total(networks, products),
  bytes: WORD * samples * total(networks, passed),
});

/** Gradients of the hidden layers; the observation needs none. */
const backward: Model = ({ networks, samples }) => ({
  flop: 2 * samples * total(networks, (widths) => products(widths, 1)),
  bytes: WORD * samples * total(networks, (widths) => 2 * passed(widths.slice(1))),
});

const weightGradients: Model = ({ networks, samples }) => ({
  flop: 2 * samples * total(networks, products),
  bytes: WORD * samples * total(networks, passed),
});

function total(networks: WorkSizes['networks'], of: (widths: readonly number[]) => number): number {
  return Object.values(networks).reduce((sum, widths) => sum + of(widths), 0);
}

/** Observation, action, log-probability, advantage, return, value. */
const sampleRows = ({ actor, actionRows }: WorkSizes): number => actor[0]! + actionRows + 4;

/** Forward, loss, backward and weight gradients at once: nothing but the samples has to move. */
const fusedUpdate: Model = (sizes) => ({
  flop: forward(sizes).flop + backward(sizes).flop + weightGradients(sizes).flop,
  bytes: WORD * sizes.samples * sampleRows(sizes),
});

/** Work by stage name; fused kernels have some of the layered names, and `update`. */
const MODELS: Readonly<Record<string, Model>> = {
  // Writes observation, action, log-probability, reward and ending.
  rollout: ({ actor, transitions, actionRows }) => ({
    flop: 2 * transitions * products(actor),
    bytes: WORD * transitions * (actor[0]! + actionRows + 3),
  }),
  values: ({ actor, critic, observed }) => ({
    flop: 2 * observed * products(critic),
    bytes: WORD * observed * (actor[0]! + 1),
  }),
  // Reads reward, ending and value; writes advantage and return.
  advantages: ({ transitions, observed }) => ({
    flop: 0,
    bytes: WORD * (4 * transitions + observed),
  }),
  // Moments of the advantages.
  moments: ({ samples }) => ({ flop: 0, bytes: WORD * samples }),
  gather: (sizes) => ({ flop: 0, bytes: WORD * 2 * sizes.samples * sampleRows(sizes) }),
  forward,
  // Reads the sample but for the observation, and the outputs; writes their derivatives.
  loss: ({ actor, actionRows, samples }) => ({
    flop: 0,
    bytes: WORD * samples * (actionRows + 4 + 2 * (actor.at(-1)! + 1)),
  }),
  backward,
  'weight gradients': weightGradients,
  update: fusedUpdate,
  // Reads the gradient; reads and writes parameters and both moments.
  optimizer: ({ updates, parameters }) => ({ flop: 0, bytes: WORD * updates * parameters * 7 }),
};

/** The minimum work of a stage; undefined if it is not modelled. */
export function stageWork(name: string, sizes: WorkSizes): StageWork | undefined {
  const model = MODELS[name];
  if (model) return model(sizes);
  // "actor update" is the fused update of one network.
  const [network] = Object.entries(sizes.networks).filter(([own]) => name === `${own} update`);
  return network && fusedUpdate({ ...sizes, networks: Object.fromEntries([network]) });
}

/** The limits of an adapter. */
export interface Limits {
  /** FLOP per second. */
  readonly arithmetic: number;
  /** Bytes per second. */
  readonly traffic: number;
  /** Seconds per dispatch. */
  readonly dispatch: number;
}

/** The least seconds that the adapter needs for a stage, and what decides. */
export function bindingLimit(
  { flop, bytes }: StageWork,
  dispatches: number,
  limits: Limits,
): { readonly seconds: number; readonly bound: 'arithmetic' | 'traffic' | 'dispatches' } {
  const candidates = [
    { bound: 'arithmetic', seconds: flop / limits.arithmetic },
    { bound: 'traffic', seconds: bytes / limits.traffic },
    { bound: 'dispatches', seconds: dispatches * limits.dispatch },
  ] as const;
  return candidates.reduce((most, one) => (one.seconds > most.seconds ? one : most));
}
