import type { Activation } from '../config/choices';

/** Activations whose derivative needs the pre-activation; the forward kernel then keeps it. */
export function keepsPreActivation(activation: Activation | 'identity'): boolean {
  return activation === 'silu';
}
