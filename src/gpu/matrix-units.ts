/**
 * Matrix units, which multiply whole matrices at a time: WebGPU's subgroup matrices, experimental
 * in Dawn (feature chromium-experimental-subgroup-matrix, behind the toggle allow_unsafe_apis).
 */

/** Not yet in WebGPU's types. */
export const MATRIX_FEATURE = 'chromium-experimental-subgroup-matrix' as GPUFeatureName;

/** Matrix units multiply M × K by K × N matrices in half precision and accumulate in f32. */
export interface MatrixUnits {
  /** Rows of the first factor and of the product. */
  readonly M: number;
  /** Columns of the second factor and of the product. */
  readonly N: number;
  /** Columns of the first factor, rows of the second. */
  readonly K: number;
  /** Invocations of the subgroup that multiplies. */
  readonly lanes: number;
}

/** Dawn's description of a supported matrix multiplication. */
interface MatrixConfig extends Omit<MatrixUnits, 'lanes'> {
  readonly componentType: string;
  readonly resultComponentType: string;
}

/** Longest side of a matrix; the kernels have no memory for larger ones. */
const MAX_SIDE = 16;

/**
 * The largest matrices that an adapter multiplies at once; undefined without matrix units for f16
 * and f32, or if the subgroup size varies.
 */
export function findMatrixUnits({ features, info }: GPUAdapter): MatrixUnits | undefined {
  const { subgroupMinSize: lanes, subgroupMaxSize } = info;
  const needed = [MATRIX_FEATURE, 'subgroups', 'shader-f16'] as const;
  if (lanes !== subgroupMaxSize || needed.some((feature) => !features.has(feature)))
    return undefined;
  const { subgroupMatrixConfigs = [] } = info as { subgroupMatrixConfigs?: Iterable<MatrixConfig> };
  const size = ({ M, N, K }: MatrixConfig): number => M * N * K;
  const [largest] = [...subgroupMatrixConfigs]
    .filter(
      ({ componentType, resultComponentType }) =>
        componentType === 'f16' && resultComponentType === 'f32',
    )
    .filter(({ M, N, K }) => [M, N, K].every((side) => side % 8 === 0 && side <= MAX_SIDE))
    .sort((a, b) => size(b) - size(a));
  return largest && { M: largest.M, N: largest.N, K: largest.K, lanes };
}
