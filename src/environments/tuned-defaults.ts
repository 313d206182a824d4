/** An environment's tuned defaults, as they lie in configs/<id>.json. */
import type { PpoConfig } from '../config/ppo-config';

/** A value as TypeScript reads it from a JSON file, where every text is just a string. */
type FromJson<T> = T extends string
  ? string
  : T extends readonly (infer Item)[]
    ? readonly FromJson<Item>[]
    : T;

type TunedFile = { readonly $schema: string } & {
  readonly [Key in keyof PpoConfig]?: FromJson<PpoConfig[Key]>;
};

/** The names in a file that are no config keys, which it must not have. */
type Strays<File> = Readonly<Record<Exclude<keyof File, keyof TunedFile>, never>>;

/** The file's fields; test/config/tuned-defaults.test.ts holds their values to the schema and to checkConfig. */
export function tunedDefaults<File extends TunedFile>(
  file: File & Strays<File>,
): Partial<PpoConfig> {
  const { $schema: _, ...fields } = file;
  return fields as Partial<PpoConfig>;
}
