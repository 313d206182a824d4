/** A kernel of a fused update, and how a minibatch is divided among its workgroups. */
export interface UpdateKernel {
  readonly shader: string;
  readonly constants: Readonly<Record<string, number>>;
  readonly conditions: Readonly<Record<string, boolean>>;
  /** Blocks of samples per slice. Independent of the number of agents, so results are too. */
  readonly blocks: number;
  /** Slices per workgroup: one, or all slices of the minibatch one after another. */
  readonly slices: number;
  /** Rows of partial sums, one for each workgroup of an agent. */
  readonly rows: number;
}
