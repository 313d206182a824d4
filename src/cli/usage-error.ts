/** A command line that cannot be run; the process exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Awaits something whose failure the user can fix.
 * @param prefix the flag that it is about, and a space
 * @throws UsageError with the prefix before the message.
 */
export async function refusing<T>(action: Promise<T>, prefix = ''): Promise<T> {
  try {
    return await action;
  } catch (error) {
    throw new UsageError(`${prefix}${(error as Error).message}`, { cause: error });
  }
}
