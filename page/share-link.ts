/** A run as the fragment of an address: its world, config, and changes on its way. */
import { CONFIG_FIELDS, type PpoConfig } from '../src/index';
import { ENVIRONMENT_IDS } from './goals';
import type { Change, OwnWorld, RunSetup } from './messages';
import { packWorld, unpackWorld } from './packed-world';

/** Before the fields of a change: the iteration after which they act, and a dot. */
const AFTER = /^after-(\d+)\.(\w+)$/;
const ENVIRONMENT = 'environment';
/** In place of it: the texts of somebody's own world. */
const WORLD = 'world';

export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** Such as "environment=CartPole-v1&seed=7&after-12.entCoef=0". */
export async function fragmentOf({ environment, config, changes }: RunSetup): Promise<string> {
  const isBuiltIn = typeof environment === 'string';
  const pairs: [string, string][] = isBuiltIn
    ? [[ENVIRONMENT, environment]]
    : [[WORLD, await packWorld(environment)]];
  for (const [key, value] of Object.entries(config)) pairs.push([key, textOf(value)]);
  for (const { after, config: changed } of changes) {
    for (const [key, value] of Object.entries(changed)) {
      pairs.push([`after-${after}.${key}`, textOf(value)]);
    }
  }
  return new URLSearchParams(pairs).toString();
}

/**
 * The run that a fragment describes; undefined for an empty one.
 * @throws LinkError for a name that is no config field, or no built-in environment, and for a world
 * that is damaged.
 */
export async function setupOf(fragment: string): Promise<RunSetup | undefined> {
  const pairs = [...new URLSearchParams(fragment.replace(/^#/, ''))];
  if (pairs.length === 0) return undefined;
  let environment: string | OwnWorld = 'CartPole-v1';
  const config: Record<string, unknown> = {};
  const changes: Change[] = [];
  for (const [name, text] of pairs) {
    const [, after, key] = AFTER.exec(name) ?? [];
    if (name === ENVIRONMENT) environment = environmentOf(text);
    else if (name === WORLD) environment = await worldOf(text);
    else if (after) addChange(changes, Number(after), { [fieldOf(key!)]: parsed(text) });
    else config[fieldOf(name)] = parsed(text);
  }
  return { environment, config, changes };
}

/** Later changes after the same iteration are part of the same one. */
function addChange(changes: Change[], after: number, config: Partial<PpoConfig>): void {
  const last = changes.at(-1);
  if (last?.after === after) changes.pop();
  changes.push({ after, config: last?.after === after ? { ...last.config, ...config } : config });
}

/** As `findEnvironment` does, without regard to upper and lower case. */
function environmentOf(id: string): string {
  const found = ENVIRONMENT_IDS.find((each) => each.toLowerCase() === id.toLowerCase());
  if (found) return found;
  throw new LinkError(
    `The link has the environment "${id}"; it may have ${ENVIRONMENT_IDS.join(', ')}.`,
  );
}

async function worldOf(text: string): Promise<OwnWorld> {
  try {
    return await unpackWorld(text);
  } catch {
    throw new LinkError(
      'The link has a world that cannot be read. Perhaps a part of it was lost on the way.',
    );
  }
}

function fieldOf(name: string): keyof PpoConfig {
  if (Object.hasOwn(CONFIG_FIELDS, name)) return name as keyof PpoConfig;
  throw new LinkError(
    `The link has "${name}"; it may have environment or world, the fields of the configuration, ` +
      'and changes such as after-12.entCoef.',
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
