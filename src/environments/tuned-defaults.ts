/** An environment's tuned defaults, from configs/<id>.json. */
import type { PpoConfig } from '../config/ppo-config';

/** The type that TypeScript gives to a value of a JSON file, where every text is a string. */
type FromJson<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? readonly FromJson<Item>[]
    : T;

type TunedFile = { readonly $schema: string } & {
  readonly [Key in keyof PpoConfig]?: FromJson<PpoConfig[Key]>;
};

/** Names in a file that are not config keys, which it must not have. */
type Strays<File> = Readonly<Record<Exclude<keyof File, keyof TunedFile>, never>>;

/**
 * The file's fields; test/config/tuned-defaults.test.ts checks their values against the schema and
 * with checkConfig.
 */
export function tunedDefaults<File extends TunedFile>(
  file: File & Strays<File>,
): Partial<PpoConfig> {
  const { $schema: _, ...fields } = file;
  return fields as Partial<PpoConfig>;
}
