/** An invalid configuration. `problems` holds one sentence per problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    /** One sentence per problem, naming key, value and allowed range. */
    readonly problems: readonly string[],
  ) {
    super(problems.join('\n'));
  }
}
