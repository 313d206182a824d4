/**
 * A kind of network that the package does not know: two branches see the same inputs, their outputs
 * are added.
 */
import {
  type Dispatch,
  declareTensor,
  type GradientTarget,
  type Network,
  type NetworkKind,
  type NetworkLayout,
  type NetworkOptions,
  type NetworkSizes,
  type OutputStart,
  type RandomNumbers,
  type Runtime,
  read,
  recordDispatch,
  type SampleBlock,
  type Tensor,
  wholeRows,
  write,
} from '../../src/index';
import addOutputs from './add-outputs.wesl';

const ADD_LANES = 64;

/** A network of two branches of these kinds. */
export function twoBranches(left: NetworkKind, right: NetworkKind): NetworkKind {
  return {
    layout: (sizes) => {
      const first = left.layout(sizes);
      return new BranchesLayout(sizes, first, right.layout({ ...sizes, begin: first.end }));
    },
  };
}

class BranchesLayout implements NetworkLayout {
  readonly inputs: number;
  readonly outputs: number;
  readonly begin: number;
  readonly end: number;
  readonly scratch: number;

  constructor(
    { inputs, outputs, begin }: NetworkSizes,
    private readonly left: NetworkLayout,
    private readonly right: NetworkLayout,
  ) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.begin = begin;
    this.end = right.end;
    this.scratch = Math.max(outputs, left.scratch, right.scratch);
  }

  initialize(parameters: Float32Array, rng: RandomNumbers, starts: readonly OutputStart[]): void {
    this.left.initialize(parameters, rng, starts);
    const unbiased = starts.map((start) => ({ ...start, bias: start.bias.map(() => 0) }));
    this.right.initialize(parameters, rng, unbiased);
  }

  create(runtime: Runtime, options: NetworkOptions): Network {
    const { name, count } = options;
    const branch = (layout: NetworkLayout, side: string): Branch => {
      const own = `${name} ${side}`;
      const shape = [count.agents, count.rows, this.outputs, count.stride];
      return {
        network: layout.create(runtime, { ...options, name: own }),
        output: declareTensor(runtime, `${own} output`, shape),
      };
    };
    return new Branches(runtime, branch(this.left, 'left'), branch(this.right, 'right'));
  }
}

interface Branch {
  readonly network: Network;
  /** [K][rows][outputs][stride] */
  readonly output: Tensor;
}

class Branches implements Network {
  constructor(
    private readonly runtime: Runtime,
    private readonly left: Branch,
    private readonly right: Branch,
  ) {}

  forward(x: SampleBlock, y: SampleBlock): Dispatch[] {
    const branches = [this.left, this.right].flatMap(({ network, output }) =>
      network.forward(x, wholeRows(output)),
    );
    return [...branches, this.add(y)];
  }

  /**
   * The derivative of a sum by each of its summands is 1: both branches go back from the same
   * gradient.
   */
  backward(dY: SampleBlock): Dispatch[] {
    return [this.left, this.right].flatMap(({ network }) => network.backward(dY));
  }

  weightGradients(x: SampleBlock, dY: SampleBlock, target: GradientTarget): Dispatch[] {
    return [this.left, this.right].flatMap(({ network }) => network.weightGradients(x, dY, target));
  }

  private add(y: SampleBlock): Dispatch {
    const [left, right] = [this.left.output, this.right.output];
    const [agents, rows, outputs, stride] = left.shape as [number, number, number, number];
    const quads = (outputs * stride) / 4;
    const source = {
      shader: 'add-outputs',
      modules: { 'add-outputs': addOutputs },
      constants: { ADD_LANES },
    };
    return recordDispatch(this.runtime, source, {
      shape: {
        quads,
        rows,
        offset: y.offset / 4,
        agent_stride: y.agentStride / 4,
        row_stride: y.rowStride / 4,
      },
      tensors: { left: read(left), right: read(right), y: write(y.tensor) },
      workgroups: [Math.ceil(quads / ADD_LANES), rows, agents],
    });
  }
}
