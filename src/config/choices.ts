/** The choices that several config fields have in common. */

/**
 * Activation functions of the hidden layers; each is one file under shaders/kernels/activations.
 */
export const ACTIVATIONS = ['tanh', 'relu', 'elu', 'silu'] as const;
/** Name of an activation function, one of `ACTIVATIONS`. */
export type Activation = (typeof ACTIVATIONS)[number];

/**
 * Schedules of a coefficient over the run: false: constant; true and 'linear': linearly to 0;
 * 'cosine': along half a cosine to 0.
 */
export const ANNEAL_CHOICES = [false, true, 'linear', 'cosine'] as const;
