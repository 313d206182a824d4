/**
 * The shader modules in groups, each of which is loaded when the first kernel needs it, so that a
 * page loads only the kernels of its plan.
 */

export const SHADER_GROUPS = [
  'common',
  'options',
  'fused',
  'lanes',
  'layered',
  'matrix-units',
] as const;

/**
 * `common`: for every run; `options`: for settings other than the defaults; the others: for plans
 * with certain kernels (network/kernel-plan.ts).
 */
export type ShaderGroup = (typeof SHADER_GROUPS)[number];

/**
 * The modules of the groups by their paths; the first that fits counts, all others are common.
 * Those that environments import must be common.
 */
const MEMBERS: readonly (readonly [ShaderGroup, RegExp])[] = [
  ['matrix-units', /^kernels\/linear\/matrix-units\//],
  // Fused kernels whose lanes are neurons or exchange weights.
  ['lanes', /-lane-per-neuron$|^update\/update-lane-per-sample$/],
  ['lanes', /^network\/neuron-places$/],
  ['lanes', /^update\/(lane-sums|neuron-weights|sample-states|subgroup-exchange)$/],
  ['fused', /^network\/|^update\/(sample-tile|tile-gradients|tile-sums|update-tiled)$/],
  ['fused', /^(advantages|rollout|update)\/fused-/],
  ['layered', /^kernels\/(adam$|gradient-sum$|layer-norm-|linear\/)/],
  ['options', /^advantages\/(discounted-|group|reference$|scale-rewards$)/],
  ['options', /^distributions\/(diagonal-|log-std$|multi-|squashed-)/],
  ['options', /^(kernels\/running-moments|rollout\/(normalize|unpack)-observations)$/],
  ['options', /^(rollout\/host-\w+|update\/gather-(observations|returns))$/],
  ['options', /^rollout\/(learner-ply|opponent-\w+|two-players)$|^trainer\/(rate|replace)-/],
  ['options', /^trainer\/episode-metrics$/],
  ['layered', /^(rollout\/(act|env-step|rollout-start)|update\/(ppo-loss|value-head-loss))$/],
];

/** The groups that the modules of a group import from, itself included. */
export const IMPORTED_GROUPS: Readonly<Record<ShaderGroup, readonly ShaderGroup[]>> = {
  common: ['common'],
  options: ['common', 'options'],
  fused: ['common', 'fused'],
  lanes: ['common', 'fused', 'lanes'],
  layered: ['common', 'layered'],
  'matrix-units': ['common', 'layered', 'matrix-units'],
};

/** The group of a module, e.g. of `lib/rng`. */
export function shaderGroupOf(path: string): ShaderGroup {
  return MEMBERS.find(([, paths]) => paths.test(path))?.[0] ?? 'common';
}
