/** Adam over all parameters at once, after clipping by the norm of all gradients. */
export class Adam {
  private readonly mean: Float32Array;
  private readonly square: Float32Array;
  private step = 0;

  constructor(
    size: number,
    private readonly learningRate: number,
    private readonly epsilon: number,
    private readonly maxGradNorm: number,
  ) {
    this.mean = new Float32Array(size);
    this.square = new Float32Array(size);
  }

  update(parameters: Float32Array, gradient: Float32Array): void {
    const { mean, square, epsilon } = this;
    this.step += 1;
    let squares = 0;
    for (let place = 0; place < gradient.length; place++) squares += gradient[place]! ** 2;
    const clip = Math.min(1, this.maxGradNorm / (Math.sqrt(squares) + 1e-6));
    const rate = this.learningRate / (1 - 0.9 ** this.step);
    const correction = 1 / Math.sqrt(1 - 0.999 ** this.step);
    for (let place = 0; place < gradient.length; place++) {
      const g = gradient[place]! * clip;
      const m = 0.9 * mean[place]! + 0.1 * g;
      const v = 0.999 * square[place]! + 0.001 * g * g;
      mean[place] = m;
      square[place] = v;
      parameters[place]! -= (rate * m) / (Math.sqrt(v) * correction + epsilon);
    }
  }
}
