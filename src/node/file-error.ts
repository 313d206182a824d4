/** What the system says of a file that it will not read or write. */

/** "ENOENT: no such file or directory", without the path that the sentence names already. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, \w+( '.*')?$/s, '');
}
