/** The flags that name files of parameters: --load, --reference and --save. */
import type { ParametersOf } from '../node/parameters-file';
import type { CommandLine } from './flags';
import { UsageError } from './usage-error';

/** Reads and writes files of parameters; errors begin with the path. */
export interface ParameterFiles {
  checkWritable(path: string): Promise<void>;
  /** [K][P], or [P] for all agents alike. */
  read(path: string, of: ParametersOf): Promise<Float32Array>;
  /** @param parameters [K][P] */
  write(path: string, parameters: Float32Array, of: ParametersOf): Promise<void>;
}

type FileFlags = Pick<CommandLine, 'load' | 'reference' | 'save'>;

/** What a run begins with besides its configuration. */
export interface GivenParameters {
  readonly parameters: Float32Array | undefined;
  readonly referenceParameters: Float32Array | undefined;
}

/**
 * Reads what --load and --reference name, and tries whether --save can be written.
 * @throws UsageError naming the flag.
 */
export async function openFiles(
  { load, reference, save }: FileFlags,
  of: ParametersOf,
  files: ParameterFiles,
): Promise<GivenParameters> {
  const attempt = async <T>(flag: string, action: Promise<T>): Promise<T> => {
    try {
      return await action;
    } catch (error) {
      throw new UsageError(`${flag} ${(error as Error).message}`);
    }
  };
  const read = async (flag: string, path: string | undefined): Promise<Float32Array | undefined> =>
    path === undefined ? undefined : attempt(flag, files.read(path, of));
  if (save !== undefined) await attempt('--save', files.checkWritable(save));
  return {
    parameters: await read('--load', load),
    referenceParameters: await read('--reference', reference),
  };
}

/** What the user should know about the files that a run begins with. */
export function fileWarnings({ load }: FileFlags, { config }: ParametersOf): string[] {
  const statistics = (['normObs', 'normReward'] as const).filter((key) => config[key]);
  if (load === undefined || statistics.length === 0) return [];
  return [
    `--load brings parameters alone; the statistics of ${statistics.join(' and ')} begin anew`,
  ];
}
