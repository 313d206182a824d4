/** The two streams a command writes to: results to `stdout`, everything about them to `stderr`. */
export interface Terminal {
  readonly stdout: Output;
  readonly stderr: Output;
}

/** The part of a Node stream that the commands use. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width in characters, on a terminal. */
  readonly columns?: number | undefined;
  /** Height in lines, on a terminal. */
  readonly rows?: number | undefined;
  /** Whether it shows colors. */
  readonly color?: boolean | undefined;
}
