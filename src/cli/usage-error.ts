/** A command line that cannot be run; the process exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
