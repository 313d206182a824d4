/**
 * Who holds the current weights. Where kernels are fused they lie in two places: as parameters
 * [K][P], which the host and the layered kernels read, and packed, which the fused kernels read. An
 * update changes one of them, and `synchronize` copies it to the other:
 *
 *   update     changes           synchronize
 *   layered    the parameters    pack: parameters → packed, where forward passes are fused
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
  /** What fused kernels read; undefined where none is fused. */
  readonly packed: PackedWeights | undefined;
  /** Fused forward passes; undefined where they are layered. */
  readonly forward: ForwardPass | undefined;

  /**
   * Declares the packed weights, where the plan has fused kernels; `write` and `load` fill them.
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

  /** Writes what no kernel changes, once the arena is allocated. */
  write(): void {
    this.packed?.write();
  }

  /** Runs after the host has written the parameters. */
  load(): Stage[] {
    return this.packed ? [{ name: 'pack', dispatches: [this.packed.pack()] }] : [];
  }

  /** Runs after the updates of an iteration. */
  synchronize(): Stage[] {
    const { packed, plan } = this;
    if (!packed || plan.update.kind === 'layered') return this.load();
    return [{ name: 'unpack', dispatches: [packed.unpack()] }];
  }

  /**
   * Runs between updates, before a forward pass; nothing where it reads the weights that updates
   * change.
   */
  synchronizeForward(): Stage[] {
    const updatesPacked = this.plan.update.kind !== 'layered';
    return updatesPacked === (this.forward !== undefined) ? [] : this.synchronize();
  }
}
