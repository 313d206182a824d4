/** A world of somebody's own as a short text of letters, digits, - and _: compressed, base64url. */
import { ENVIRONMENT_IDS } from './goals';
import type { OwnWorld } from './messages';

const FORMAT = 'deflate-raw';
/** Most bytes of a world; more is no world, but an attempt to fill the memory. */
const MOST_BYTES = 4e6;

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    length += value.length;
    if (length > MOST_BYTES) {
      await reader.cancel();
      throw new RangeError(`has more than ${MOST_BYTES} bytes`);
    }
    chunks.push(value);
  }
}

type Through = ReadableWritablePair<Uint8Array<ArrayBuffer>, BufferSource>;

const sendThrough = (bytes: Blob, through: unknown): Promise<Blob> =>
  bytesOf(bytes.stream().pipeThrough(through as Through));

/** The text of a world. */
export async function packWorld(world: OwnWorld): Promise<string> {
  const { template, shader, description } = world;
  const json = new Blob([JSON.stringify({ template, shader, description })]);
  const packed = await sendThrough(json, new CompressionStream(FORMAT));
  const bytes = new Uint8Array(await packed.arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * The world of a text.
 * @throws Error for a text that is damaged or no world.
 */
export async function unpackWorld(text: string): Promise<OwnWorld> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const json = await sendThrough(new Blob([bytes]), new DecompressionStream(FORMAT));
  const { template, shader, description } = JSON.parse(await json.text()) as Partial<OwnWorld>;
  if (template !== undefined && !ENVIRONMENT_IDS.includes(template)) {
    throw new RangeError(`begins with ${template}`);
  }
  if (typeof shader === 'string' && typeof description === 'string') {
    return { template, shader, description };
  }
  throw new TypeError('has no module or no description');
}
