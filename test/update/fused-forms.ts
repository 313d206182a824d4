/** Variants of the fused update that between them have all there is to vary. */
import type { Gpu } from '../../src/gpu/device';
import type { FusedForm } from '../../src/network/fused-form';

export function fusedForms({ subgroupSize, subgroupsVary }: Gpu): FusedForm[] {
  // Lanes that lie in one subgroup; SwiftShader has four.
  const lanes = subgroupSize >= 8 ? 8 : 4;
  const own = { lanes, handedOut: true } as const;
  const alone = { ...own, teams: 1, forward: 'samples', forwardSamples: 8 } as const;
  const inTeams: FusedForm = {
    ...{ ...own, update: 'neurons', updateSamples: 8 },
    ...{ teams: 2, forward: 'layered', forwardSamples: 1 },
  };
  const tiles = { ...alone, update: 'tiles', handedOut: false, forwardSamples: 1 } as const;
  return [
    { ...tiles, updateSamples: 4, lanes: 64 },
    { ...tiles, updateSamples: 4, lanes: 128 },
    { ...alone, update: 'samples', updateSamples: 8 },
    { ...alone, update: 'samples', updateSamples: 4 },
    { ...alone, update: 'neurons', updateSamples: 4 },
    // Each team is a subgroup of its own.
    ...(subgroupSize === 8 && !subgroupsVary ? [inTeams] : []),
  ];
}
