/** Seconds of training, without those of pauses. */
export class Stopwatch {
  private begin: number | undefined;

  /** @param before seconds that have passed already */
  constructor(private before = 0) {}

  get seconds(): number {
    const running = this.begin === undefined ? 0 : performance.now() - this.begin;
    return this.before + running / 1000;
  }

  start(): void {
    this.begin ??= performance.now();
  }

  stop(): void {
    this.before = this.seconds;
    this.begin = undefined;
  }
}
