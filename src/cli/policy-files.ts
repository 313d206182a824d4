/** The flags that name files of policies: --load, --reference and --save. */
import type { PolicyOwner } from '../node/policy-file';
import type { GivenPolicies, Policy } from '../trainer/policy';
import type { CommandLine } from './flags';
import { UsageError } from './usage-error';

/** Reads and writes files of policies; errors begin with the path. */
export interface PolicyFiles {
  checkWritable(path: string): Promise<void>;
  /** Of all agents, or of one for all alike. */
  read(path: string, of: PolicyOwner): Promise<Policy>;
  write(path: string, policy: Policy, of: PolicyOwner): Promise<void>;
}

type FileFlags = Pick<CommandLine, 'load' | 'reference' | 'save'>;

export interface OpenedFiles {
  readonly given: GivenPolicies;
  /** What the user should know about the files, a sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads what --load and --reference name, and tries whether --save can be written.
 * @throws UsageError naming the flag.
 */
export async function openFiles(
  { load, reference, save }: FileFlags,
  of: PolicyOwner,
  files: PolicyFiles,
): Promise<OpenedFiles> {
  const attempt = async <T>(flag: string, action: Promise<T>): Promise<T> => {
    try {
      return await action;
    } catch (error) {
      throw new UsageError(`${flag} ${(error as Error).message}`);
    }
  };
  const read = async (flag: string, path: string | undefined): Promise<Policy | undefined> =>
    path === undefined ? undefined : attempt(flag, files.read(path, of));
  if (save !== undefined) await attempt('--save', files.checkWritable(save));
  const loaded = await read('--load', load);
  const compared = await read('--reference', reference);
  const missing = loaded ? missingStatistics(loaded, of) : [];
  return {
    given: {
      // A policy without statistics would be refused where the run needs them.
      ...(missing.length > 0 ? { parameters: loaded!.parameters } : { policy: loaded }),
      referenceParameters: compared?.parameters,
    },
    warnings: [
      ...missing.map((what) => `--load ${load}: the file holds no statistics of ${what}`),
      ...(compared?.observationStatistics && reference !== load
        ? [
            `--reference ${reference}: its observations are normalised by the statistics of this run`,
          ]
        : []),
    ],
  };
}

/** What the run normalises and the file says nothing of, with what follows from that. */
function missingStatistics(
  { observationStatistics, returnStatistics }: Policy,
  { config: { normObs, normReward } }: PolicyOwner,
): string[] {
  const begins = 'they begin anew, and the policy will act differently until they have settled';
  return [
    ...(normObs && !observationStatistics ? [`the observations (normObs); ${begins}`] : []),
    ...(normReward && !returnStatistics
      ? ['the returns (normReward); they begin anew, and the value function has to adapt']
      : []),
  ];
}
