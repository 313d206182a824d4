import { type ErrorPlace, placeOf, type SourceLocation, showLocation } from './source-location';

/** A shader does not link or compile: `file:line:column: message`, the line and a caret. */
export class ShaderError extends Error {
  override readonly name = 'ShaderError';
  /** The place that the message names; undefined where no compiler has told it. */
  declare readonly place: ErrorPlace | undefined;

  constructor(message: string, place?: ErrorPlace) {
    super(message);
    // Where the error is printed, its message says it already.
    Object.defineProperty(this, 'place', { value: place });
  }
}

/** What is wrong at a location. */
export function shaderErrorAt(location: SourceLocation, sentence: string): ShaderError {
  return new ShaderError(showLocation(location, sentence), placeOf(location, sentence));
}
