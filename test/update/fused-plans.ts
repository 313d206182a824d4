/** Plans of fused updates that between them have all there is to vary. */
import type { Gpu } from '../../src/gpu/device';
import type { FusedUpdatePlan } from '../../src/network/kernel-plan';

export function fusedUpdates({ subgroupSize, subgroupsVary }: Gpu): FusedUpdatePlan[] {
  // Lanes that lie in one subgroup; SwiftShader has four.
  const lanes = subgroupSize >= 8 ? 8 : 4;
  const inSubgroups: readonly FusedUpdatePlan[] = [
    { kind: 'lane-per-sample', samples: 8, lanes },
    { kind: 'lane-per-sample', samples: 4, lanes },
    { kind: 'lane-per-neuron', samples: 4, lanes, subgroups: 1 },
  ];
  const shared: FusedUpdatePlan = { kind: 'lane-per-neuron', samples: 8, lanes: 8, subgroups: 2 };
  return [
    { kind: 'tiled', samples: 4, lanes: 64 },
    { kind: 'tiled', samples: 4, lanes: 128 },
    ...(subgroupSize >= 4 ? inSubgroups : []),
    ...(subgroupSize === 8 && !subgroupsVary ? [shared] : []),
  ];
}
