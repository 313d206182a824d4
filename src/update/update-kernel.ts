/** One of the kernels that a fused update may have, and how a minibatch is dealt to its workgroups. */
export interface UpdateKernel {
  readonly shader: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly conditions: Readonly<Record<string, boolean>>;
  /** Blocks of samples per slice. Depends on the minibatch alone, so that no agent feels the others. */
  readonly blocks: number;
  /** Slices that a workgroup takes: one, or all of the minibatch one after the other. */
  readonly slices: number;
  /** Rows of partial sums: workgroups per agent. */
  readonly rows: number;
}
