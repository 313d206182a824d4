/**
 * Reads the tensors of policies that other libraries have saved, and what the files say of them.
 */
import { ACTIVATIONS, type Activation } from '../config/choices';
import type { PpoConfig } from '../config/ppo-config';
import { PickleError } from '../formats/pickle';
import { decodeSafetensors, SafetensorsError } from '../formats/safetensors';
import { decodeTorch, isTorchFile, TorchFileError, type TorchTensor } from '../formats/torch';
import { isZip, unzip, ZipError } from '../formats/zip';

/** A file whose policy cannot be imported; the message continues after the name of the file. */
export class PolicyImportError extends Error {
  override readonly name = 'PolicyImportError';
}

/** Float tensors by their names, and what the file says of the run. */
export interface ForeignFile {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** Fields of a configuration that the file says. */
  readonly config: Partial<PpoConfig>;
}

/** Names in the archives of Stable-Baselines3. */
const SB3 = { policy: 'policy.pth', data: 'data' } as const;
/** Errors about bytes, which become a PolicyImportError. */
const DAMAGED = [ZipError, TorchFileError, PickleError, SafetensorsError];

/**
 * Reads SB3's zip archive, a state dict that torch.save wrote, or a safetensors file. No code in
 * them is executed.
 * @throws PolicyImportError
 */
export function readForeign(bytes: Uint8Array): ForeignFile {
  try {
    return isZip(bytes) ? readArchive(bytes) : readSafetensors(bytes);
  } catch (error) {
    if (!DAMAGED.some((kind) => error instanceof kind)) throw error;
    throw new PolicyImportError((error as Error).message, { cause: error });
  }
}

function readArchive(bytes: Uint8Array): ForeignFile {
  const names: string[] = [];
  const files = unzip(bytes, (name) => {
    names.push(name);
    return name === SB3.policy || name === SB3.data;
  });
  const policy = files.get(SB3.policy);
  if (policy) {
    const data = files.get(SB3.data);
    return {
      tensors: decodeTorch(policy),
      config: data ? fromSb3(parse(`a file ${SB3.data}`, data)) : {},
    };
  }
  if (isTorchFile(names)) return { tensors: decodeTorch(bytes), config: {} };
  throw new PolicyImportError(
    `is a zip archive without ${SB3.policy}, as Stable-Baselines3 saves it, and without ` +
      'data.pkl, as torch.save writes it',
  );
}

function readSafetensors(bytes: Uint8Array): ForeignFile {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const entries = Object.entries(tensors).map(([name, { shape, values }]) => {
    return [name, { shape, values: Float32Array.from(values) }] as const;
  });
  const { description } = metadata;
  return {
    tensors: new Map(entries),
    config: description ? fromOwn(parse('a description', description)) : {},
  };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * A JSON object.
 * @param name of the part of the file, for errors
 */
function parse(name: string, text: string | Uint8Array): Fields {
  try {
    const value: unknown = JSON.parse(typeof text === 'string' ? text : decodeText(text));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {}
  throw new PolicyImportError(`has ${name} that is not a JSON object`);
}

const decodeText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What SB3's `data` says; its pickled parts are not needed. */
function fromSb3({ policy_kwargs: kwargs, use_sde: sde, gamma }: Fields): Partial<PpoConfig> {
  if (sde === true) {
    throw new PolicyImportError('has use_sde, whose state-dependent exploration is not supported');
  }
  const { activation_fn: given } = Object(kwargs) as Fields;
  return {
    ...(given === undefined ? {} : { activation: activationOf(String(given)) }),
    ...(typeof gamma === 'number' ? { gamma } : {}),
  };
}

/** What Lockstep says of the policies that it exports (`PolicyDescription`). */
function fromOwn({ network, action, gamma }: Fields): Partial<PpoConfig> {
  const { activation = 'tanh', criticActivation: critic } = Object(network) as Fields;
  const { bounded, logStdBounds } = Object(action) as Fields;
  const [logStdMin, logStdMax] = Array.isArray(logStdBounds) ? logStdBounds : [];
  return {
    activation: activationOf(String(activation)),
    criticActivation: critic && critic !== activation ? activationOf(String(critic)) : 'same',
    ...(typeof gamma === 'number' ? { gamma } : {}),
    squashActions: bounded === 'squashed',
    ...(logStdBounds ? { stateDependentStd: true, logStdMin, logStdMax } : {}),
  };
}

/** The activation of a class such as `<class 'torch.nn.modules.activation.ReLU'>`. */
function activationOf(text: string): Activation {
  const name = /(\w+)'?>?$/.exec(text)?.[1] ?? text;
  const activation = ACTIVATIONS.find((known) => known === name.toLowerCase());
  if (activation) return activation;
  throw new PolicyImportError(
    `has the activation ${name}; it must be one of ${ACTIVATIONS.join(', ')}`,
  );
}
