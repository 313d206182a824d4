/**
 * Keeps two copies of the weights consistent: the parameters [K][P], which the host and the layered
 * kernels read, and, if the plan has fused kernels, the packed weights, which those read. An update
 * changes one copy, and `synchronize` copies it to the other:
 *
 *   update     changes           synchronize
 *   layered    the parameters    pack: parameters → packed, if forward passes are fused
 *   fused      the packed ones   unpack: packed → parameters
 *
 * Both are current before and after every iteration.
 */
import type { Runtime } from '../gpu/runtime';
import type { Stage } from '../gpu/stage';
import type { ParameterBlock } from '../kernels/blocks';
import type { ActorCriticLayout } from './actor-critic';
import { ForwardPass } from './fused-forward';
import { isFused, type KernelPlan } from './kernel-plan';
import { PackedWeights } from './packed-weights';

export class CurrentWeights {
  /** The weights that fused kernels read; undefined if no kernel is fused. */
  readonly packed: PackedWeights | undefined;
  /** The fused forward pass; undefined if forward passes are layered. */
  readonly forward: ForwardPass | undefined;

  /**
   * Declares the packed weights if the plan has fused kernels; `write` and `load` fill them.
   */
  constructor(
    runtime: Runtime,
    layout: ActorCriticLayout,
    parameters: ParameterBlock,
    private readonly plan: KernelPlan,
  ) {
    if (!isFused(plan)) return;
    this.packed = new PackedWeights(runtime, layout, parameters, plan);
    if (plan.forward.kind !== 'layered') this.forward = new ForwardPass(this.packed, plan.forward);
  }

  /** Writes the constant tables. The arena must have been allocated. */
  write(): void {
    this.packed?.write();
  }

  /** Must run after the host has written the parameters. */
  load(): Stage[] {
    return this.packed ? [{ name: 'pack', dispatches: [this.packed.pack()] }] : [];
  }

  /** Must run after the updates of an iteration. */
  synchronize(): Stage[] {
    const { packed, plan } = this;
    if (!packed || plan.update.kind === 'layered') return this.load();
    return [{ name: 'unpack', dispatches: [packed.unpack()] }];
  }

  /**
   * Must run between updates, before a forward pass. Empty if the forward pass reads the copy that
   * updates change.
   */
  synchronizeForward(): Stage[] {
    const updatesPacked = this.plan.update.kind !== 'layered';
    return updatesPacked === (this.forward !== undefined) ? [] : this.synchronize();
  }
}
