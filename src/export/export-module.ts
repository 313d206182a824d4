/** A policy as an ES module without dependencies: for a game, a page, a server. */
import type { SavedPolicy } from '../trainer/saved-policy';
import { describeModel, type PolicyDescription } from './describe-policy';
import { moduleCode, moduleNumbers } from './module-code';
import { type AgentOption, policyModel } from './policy-model';

/** A module and its types, as texts. */
export interface ExportedModule {
  /** JavaScript (ES2022) that exports `act`. */
  readonly code: string;
  /** The declarations that belong beside it, `.d.ts`. */
  readonly types: string;
}

/**
 * A policy as an ES module that exports `act(observation, options)`, like `HostPolicy.act` for one
 * observation, but without the value: the critic is left out. Beside the parameters it has about
 * 3 kB.
 * @throws ConfigError as `loadPolicy` does.
 */
export function exportModule(saved: SavedPolicy, options: AgentOption = {}): ExportedModule {
  const model = policyModel(saved, options);
  const code = moduleCode(model, base64(moduleNumbers(model)));
  const description = describeModel(model);
  const { head } = model;
  const masked = head.kind === 'choices' && head.masked;
  return { code: `${comment(description)}${code}`, types: types(description, masked) };
}

/** Little-endian float32 numbers in base64. */
function base64(parts: readonly Float32Array[]): string {
  const numbers = parts.flatMap((part) => [...part]);
  const view = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [index, number] of numbers.entries()) view.setFloat32(4 * index, number, true);
  let text = '';
  for (let at = 0; at < view.byteLength; at++) text += String.fromCharCode(view.getUint8(at));
  return btoa(text);
}

/** One line of a comment. */
const line = (text: string): string => `// ${text.replace(/\s+/g, ' ')}\n`;

function comment({ environment, agent, observation, action }: PolicyDescription): string {
  const fields = observation.map(({ name, unit }) => (unit ? `${name} (${unit})` : name));
  const values = action.type === 'box' ? [] : (action.names ?? []);
  return [
    line(`The policy of agent ${agent} for ${environment}, exported by Lockstep.`),
    ...fields.map((field, index) => line(`observation[${index}]: ${field}`)),
    ...values.map((name, value) => line(`action[0] = ${value}: ${name}`)),
  ].join('');
}

function types({ environment, observation, actionSize }: PolicyDescription, masked: boolean) {
  const mask = `
  /** Which values of the choices are allowed: true or 1. */
  readonly mask: ArrayLike<boolean | number>;`;
  return `/** How \`act\` chooses. */
export interface ActOptions {${masked ? mask : ''}
  /** Take the most likely action instead of a sample; default true. */
  readonly greedy?: boolean;
  /** Numbers in [0, 1) that a sample is drawn with; default Math.random. */
  readonly random?: () => number;
}

/** What the policy does. */
export interface Decision {
  /** ${actionSize} number${actionSize === 1 ? '' : 's'}: the action as the environment gets it. */
  readonly action: number[];
  /** Logarithm of its probability, or of its density before clipping. */
  readonly logProbability: number;
}

/**
 * The policy of ${environment.replaceAll('*/', '* /')}.
 * @param observation ${observation.length} numbers
 * @throws RangeError for an observation${masked ? ' or a mask' : ''} of another length.
 */
export function act(
  observation: ArrayLike<number>,
  options${masked ? '' : '?'}: ActOptions,
): Decision;
`;
}
