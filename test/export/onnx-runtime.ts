/** ONNX Runtime, which is too large for every checkout: used where it is installed. */
import type { ActInputs, Decisions } from '../../src/trainer/act-on-device';

interface RuntimeTensor {
  readonly data: ArrayLike<number | bigint>;
  readonly dims: readonly number[];
}

/** The part of `onnxruntime-node` that is used. */
interface Runtime {
  readonly Tensor: new (
    type: string,
    data: Float32Array | Uint8Array,
    dims: readonly number[],
  ) => RuntimeTensor;
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{
      run(feeds: object): Promise<Readonly<Record<string, RuntimeTensor>>>;
    }>;
  };
}

const NAME = 'onnxruntime-node';
const runtime = (await import(/* @vite-ignore */ NAME).catch(() => undefined)) as
  | Runtime
  | undefined;

export const runtimeMissing = runtime === undefined;

/** What a model does there. */
export async function runOnnx(
  model: Uint8Array,
  { observations, masks }: ActInputs,
): Promise<Decisions> {
  const { InferenceSession, Tensor } = runtime!;
  const session = await InferenceSession.create(model);
  const count = observations.length;
  const flat = Float32Array.from(observations.flatMap((own) => [...own]));
  const allowed = masks && Uint8Array.from(masks.flat().map(Number));
  const outputs = await session.run({
    observation: new Tensor('float32', flat, [count, flat.length / count]),
    ...(allowed && { mask: new Tensor('bool', allowed, [count, allowed.length / count]) }),
  });
  const numbers = ({ data }: RuntimeTensor): number[] => Array.from(data, Number);
  const size = outputs.action!.dims[1]!;
  const actions = numbers(outputs.action!);
  return {
    actions: observations.map((_, n) => actions.slice(n * size, (n + 1) * size)),
    logProbabilities: numbers(outputs.log_probability!),
    values: outputs.value ? numbers(outputs.value) : null,
  };
}
