/** A shader does not link or compile: `file:line:column: message`, the line and a caret. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
}
