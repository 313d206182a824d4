/** Changes the hyperparameters in the records of agents whose training is under way. */
import type { PpoConfig } from '../config/ppo-config';
import { deriveSizes } from '../config/sizes';
import {
  AGENT_FIELDS,
  AGENT_WORDS,
  type AgentFields,
  annealCode,
  initialAgent,
  LOSS_CAPACITY,
  packAgents,
} from './agent-record';

/** Places of a number that follows a schedule, in words of a record. */
interface Scheduled {
  readonly current: number;
  readonly initial: number;
  readonly anneal: number;
}

const placeOf = (name: keyof AgentFields): number =>
  AGENT_FIELDS.findIndex(([field]) => field === name);

const RATES: readonly Scheduled[] = [
  {
    current: placeOf('learning_rate'),
    initial: placeOf('initial_learning_rate'),
    anneal: placeOf('anneal_lr'),
  },
  {
    current: placeOf('critic_learning_rate'),
    initial: placeOf('initial_critic_learning_rate'),
    anneal: placeOf('anneal_lr'),
  },
];

const LOSS: readonly Scheduled[] = Array.from({ length: LOSS_CAPACITY }, (_, index) => {
  const current = AGENT_FIELDS.length + index;
  return { current, initial: current + LOSS_CAPACITY, anneal: current + 2 * LOSS_CAPACITY };
});

const SCHEDULED = [...RATES, ...LOSS];
const ITERATIONS = [placeOf('iterations'), placeOf('iterations_high')];

const BY_KL = annealCode('kl-adaptive');

/**
 * The records with the hyperparameters of another configuration; counters stay, and so does every
 * number that the change does not concern. A number with a schedule gets the value that the new
 * schedule has at this point; one that adapts to the KL divergence begins anew only if its own
 * field has changed.
 * @param words records of all agents, [K][AGENT_WORDS]
 * @param iteration iterations that are finished
 */
export function changeHyperparameters(
  words: Uint32Array,
  before: PpoConfig,
  after: PpoConfig,
  iteration: number,
): Uint32Array {
  const [old, wanted] = [before, after].map((config) =>
    packAgents(Array.from({ length: config.numAgents }, (_, agent) => initialAgent(config, agent))),
  ) as [Uint32Array, Uint32Array];
  const result = words.map((word, place) => (old[place] === wanted[place] ? word : wanted[place]!));
  const { iterations } = deriveSizes(after);
  const left = Math.max(0, iterations - iteration) / iterations;
  const floats = new Float32Array(result.buffer);
  for (let base = 0; base < result.length; base += AGENT_WORDS) {
    const differs = (place: number): boolean => old[base + place] !== wanted[base + place];
    const longer = ITERATIONS.some(differs);
    for (const { current, initial, anneal } of SCHEDULED) {
      const code = result[base + anneal]!;
      const changed = differs(initial) || differs(anneal);
      if (code === BY_KL ? !changed : !changed && !longer) continue;
      floats[base + current] = floats[base + initial]! * factor(code, left);
    }
  }
  return result;
}

/** As in shaders/trainer/schedule.wesl. */
function factor(anneal: number, left: number): number {
  if (anneal === annealCode('linear')) return left;
  return anneal === annealCode('cosine') ? Math.sin((Math.PI / 2) * left) ** 2 : 1;
}
