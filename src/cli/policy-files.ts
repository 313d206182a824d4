/** The flags that name policy files: --load, --reference and --save. */
import type { PolicyOwner } from '../node/policy-file';
import type { GivenPolicies, Policy } from '../trainer/policy';
import type { SavedPolicy } from '../trainer/saved-policy';
import type { CommandLine } from './flags';
import { refusing } from './usage-error';

/** Reads and writes policy files; errors begin with the path. */
export interface PolicyFiles {
  checkWritable(path: string): Promise<void>;
  /** The policies of all agents, or one for all of them. */
  read(path: string, of: PolicyOwner): Promise<Policy>;
  write(path: string, saved: SavedPolicy): Promise<void>;
}

const WITHOUT_RETURNS =
  'the file has no statistics of the returns (normReward); they start anew, and the value ' +
  'function must adapt';

type FileFlags = Pick<CommandLine, 'load' | 'reference' | 'save'>;

export interface OpenedFiles {
  readonly given: GivenPolicies;
  /** Warnings about the files, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the files of --load and --reference, and checks that the one of --save can be written.
 * @throws UsageError naming the flag.
 */
export async function openFiles(
  { load, reference, save }: FileFlags,
  of: PolicyOwner,
  files: PolicyFiles,
): Promise<OpenedFiles> {
  const read = async (flag: string, path: string | undefined): Promise<Policy | undefined> =>
    path === undefined ? undefined : refusing(files.read(path, of), `${flag} `);
  if (save !== undefined) await refusing(files.checkWritable(save), '--save ');
  const loaded = await read('--load', load);
  const compared = await read('--reference', reference);
  return {
    given: { policy: loaded, referenceParameters: compared?.parameters },
    warnings: [
      ...(of.config.normReward && loaded && !loaded.returnStatistics
        ? [`--load ${load}: ${WITHOUT_RETURNS}`]
        : []),
      ...(compared?.observationStatistics && reference !== load
        ? [`--reference ${reference}: observations are normalized with the statistics of this run`]
        : []),
    ],
  };
}
