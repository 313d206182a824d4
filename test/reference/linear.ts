/** A linear layer y = W x + b for one sample, and the derivatives of a loss through it. */

export type Vector = readonly number[];

/** Also the shape of a layer's gradient. */
export interface Layer {
  /** [out][in] */
  readonly weight: readonly Vector[];
  /** [out] */
  readonly bias: Vector;
}

/** y_j = b_j + sum_i W_ji x_i */
export function linearForward(layer: Layer, input: Vector): number[] {
  return layer.weight.map((row, j) => {
    let sum = layer.bias[j]!;
    for (let i = 0; i < input.length; i += 1) {
      sum += row[i]! * input[i]!;
    }
    return sum;
  });
}

/** dL/dx_i = sum_j W_ji dL/dy_j */
export function linearBackwardInput(layer: Layer, dOutput: Vector): number[] {
  const dInput = layer.weight[0]!.map(() => 0);
  for (let j = 0; j < dOutput.length; j += 1) {
    for (let i = 0; i < dInput.length; i += 1) {
      dInput[i]! += layer.weight[j]![i]! * dOutput[j]!;
    }
  }
  return dInput;
}

/** dL/dW_ji = dL/dy_j x_i, [out][in] */
export function linearBackwardWeight(input: Vector, dOutput: Vector): number[][] {
  return dOutput.map((d) => input.map((x) => d * x));
}

/** dL/db_j = dL/dy_j, [out] */
export function linearBackwardBias(dOutput: Vector): number[] {
  return [...dOutput];
}
