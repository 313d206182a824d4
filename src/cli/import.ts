/** `lockstep import`: a policy that another library trained, as a policy file. */
import { completeConfig } from '../config/defaults';
import type { PpoConfig } from '../config/ppo-config';
import { encodePolicy, type SavedPolicy } from '../trainer/saved-policy';
import type { PolicyExchange } from './export';
import { checkOther, fileNameOf } from './export-names';
import { flagOf, quote } from './flag-values';
import type { CommandLine } from './flags';
import { environmentOf, type SourceServices } from './run-source';
import type { Terminal } from './terminal';
import { refusing, UsageError } from './usage-error';

export interface ImportServices
  extends Pick<SourceServices, 'findEnvironment' | 'importEnvironment'> {
  readonly exchange: Pick<PolicyExchange<never>, 'importPolicy' | 'checkWritable' | 'writeBytes'>;
}

/** Fields of the networks, which a run that goes on must have, too. */
const NETWORK_FIELDS = [
  ...(['hiddenSizes', 'activation', 'criticActivation', 'sharedTrunk', 'layerNorm'] as const),
  ...(['squashActions', 'stateDependentStd', 'normObs', 'advantageEstimator'] as const),
] satisfies readonly (keyof PpoConfig)[];

/** @returns the exit code. */
export async function importForeign(
  line: CommandLine,
  services: ImportServices,
  { stdout }: Terminal,
): Promise<number> {
  const { environment: operand } = line;
  if (operand === undefined) {
    throw new UsageError('lockstep import needs --environment, which the policy acts in');
  }
  const { exchange } = services;
  const environment = await environmentOf(operand, services);
  const source = line.operands[0]!;
  const saved = await refusing(exchange.importPolicy(source, environment));
  const path = line.out ?? fileNameOf(environment.id, '.safetensors');
  checkOther(path, source, 'the file that is imported');
  await refusing(exchange.checkWritable(path), '--out ');
  await exchange.writeBytes(path, encodePolicy(saved));
  const record = { file: path, environment: environment.id, config: saved.config };
  stdout.write(`${line.json ? JSON.stringify(record) : formatImport(path, operand, saved)}\n`);
  return 0;
}

function formatImport(path: string, operand: string, { environment, config }: SavedPolicy): string {
  const { hiddenSizes, activation } = config;
  const usual = completeConfig(environment.defaults);
  const flags = NETWORK_FIELDS.flatMap((key) => {
    const value = String(config[key]);
    return value === String(usual[key]) ? [] : [`${flagOf(key)} ${value || 'none'}`];
  });
  return [
    `${path}: a policy for ${environment.id} with hidden layers ` +
      `${hiddenSizes.join(', ') || 'none'} (${activation})`,
    'statistics of normalizers (VecNormalize, NormalizeObservation) are not in such files',
    `train on: ${['lockstep train', quote(operand), ...flags, '--load', quote(path)].join(' ')}`,
  ].join('\n');
}
