/** Puts the numbers of an export back into its policy, to check the bytes. */
import type { DenseLayer, Perceptron, PolicyModel } from './policy-model';
import { sb3Tensors } from './sb3-names';

/**
 * The policy with the numbers of an export in place of its own.
 * @param find the numbers of a tensor by its name
 */
export function restoreTensors(
  model: PolicyModel,
  find: (name: string) => ArrayLike<number> | undefined,
): PolicyModel {
  const found = new Map(
    sb3Tensors(model).map(({ name, values }) => [values, Float32Array.from(find(name) ?? [])]),
  );
  const layer = ({ weight, bias, norm, ...sizes }: DenseLayer): DenseLayer => ({
    ...sizes,
    weight: found.get(weight)!,
    bias: found.get(bias)!,
    norm: norm && { gain: found.get(norm.gain)!, bias: found.get(norm.bias)! },
  });
  const network = ({ hidden, output, activation }: Perceptron): Perceptron => ({
    ...{ hidden: hidden.map(layer), output: layer(output), activation },
  });
  const { actor, critic, head, normalizer } = model;
  const own = network(actor);
  return {
    ...model,
    actor: own,
    critic: critic && {
      ...network(critic),
      ...(critic.hidden === actor.hidden ? { hidden: own.hidden } : {}),
    },
    head:
      head.kind === 'gaussian' && head.logStd instanceof Float32Array
        ? { ...head, logStd: found.get(head.logStd)! }
        : head,
    normalizer: normalizer && {
      ...normalizer,
      mean: found.get(normalizer.mean)!,
      deviation: found.get(normalizer.deviation)!,
    },
  };
}
