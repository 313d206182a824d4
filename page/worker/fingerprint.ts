/** A short name for parameters, by which two runs can be compared. */

/** SHA-256 of their bytes, in hexadecimal digits; empty where the browser has none. */
export async function fingerprintOf(parameters: Float32Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) return '';
  const bytes = new Uint8Array(parameters.buffer as ArrayBuffer, parameters.byteOffset);
  const hash = new Uint8Array(
    await subtle.digest('SHA-256', bytes.subarray(0, parameters.byteLength)),
  );
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
