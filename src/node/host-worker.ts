/** A thread that steps a share of a host world, which it imports from its module. */
import type { HostShown, HostStepped, HostWorld } from '../environments/host-world';
import { type ResultReader, returnedList, returnedObject } from '../rollout/host-results';
import { importDescription } from './environment-module';

/** What the thread is asked to do. */
export type WorkerRequest =
  | {
      readonly kind: 'create';
      readonly path: string;
      readonly count: number;
      readonly seed: number;
    }
  | { readonly kind: 'reset'; readonly environments: Uint32Array; readonly seeds: Uint32Array }
  | { readonly kind: 'step'; readonly actions: Float32Array }
  | { readonly kind: 'save' }
  | { readonly kind: 'restore'; readonly saved: unknown };

/** What it answers: a value, or the error of the world's author, of which clones lose the name. */
export type WorkerAnswer =
  | { readonly value: unknown }
  | {
      readonly failure: { readonly name: string; readonly message: string; readonly stack: string };
    };

interface Share extends ResultReader {
  readonly world: HostWorld;
  readonly count: number;
  readonly choices: number;
}

let share: Share | undefined;

export async function answer(request: WorkerRequest): Promise<WorkerAnswer> {
  try {
    return { value: await perform(request) };
  } catch (error) {
    const thrown = error instanceof Error ? error : new Error(String(error));
    const { name, message, stack = '' } = thrown;
    return { failure: { name, message, stack } };
  }
}

async function perform(request: WorkerRequest): Promise<unknown> {
  if (request.kind === 'create') {
    share = await create(request.path, request.count, request.seed);
    const { world } = share;
    return { saves: Boolean(world.save && world.restore) };
  }
  const { world } = share!;
  switch (request.kind) {
    case 'reset':
      return copied(share!, 'reset', await world.reset(request.environments, request.seeds));
    case 'step':
      return copied(share!, 'step', await world.step(request.actions));
    case 'save':
      return world.save!();
    case 'restore':
      return world.restore!(request.saved);
  }
}

async function create(path: string, count: number, seed: number): Promise<Share> {
  const { id, observation, action, actionMask, host } = await importDescription(path);
  const world = await host!.create!({ numEnvs: count, seed });
  const nvec = action.type === 'discrete' ? [action.n] : action.type === 'box' ? [] : action.nvec;
  const choices = actionMask ? nvec.reduce((sum, size) => sum + size, 0) : 0;
  return { id, fields: observation.map(({ name }) => name), world, count, choices };
}

/** The lists that a function has returned, each in memory of its own. */
function copied(
  { count, choices, ...reader }: Share,
  name: 'reset' | 'step',
  returned: HostShown | HostStepped,
): Record<string, Float32Array> {
  const found = returnedObject(reader, name, returned, 'observations, …');
  const sizes: Record<string, number> = { observations: reader.fields.length };
  if (choices > 0) sizes.masks = choices;
  if (name === 'step') Object.assign(sizes, { rewards: 1, terminated: 1 });
  if (name === 'step' && found.truncated !== undefined) sizes.truncated = 1;
  const lists = Object.entries(sizes).map(([key, size]) => {
    const list = returnedList(reader, name, found, key, size * count);
    return [key, Float32Array.from(list as ArrayLike<number>)] as const;
  });
  return Object.fromEntries(lists);
}
