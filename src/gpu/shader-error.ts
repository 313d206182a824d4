import { type ErrorPlace, placeOf, type SourceLocation, showLocation } from './source-location';

/** A shader does not link or compile: `file:line:column: message`, the line and a caret. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';

  constructor(
    message: string,
    /** The place that the message names; undefined where no compiler has told it. */
    readonly place?: ErrorPlace,
  ) {
    super(message);
  }
}

/** What is wrong at a location. */
export function shaderErrorAt(location: SourceLocation, sentence: string): ShaderError {
  return new ShaderError(showLocation(location, sentence), placeOf(location, sentence));
}
