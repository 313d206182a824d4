/** T steps of every environment with the current policy. */
import type { Tensor } from '../gpu/arena';
import type { Dispatch } from '../gpu/kernel';
import type { Runtime } from '../gpu/runtime';
import type { HostStep, Stage } from '../gpu/stage';
import { type ParameterBlock, wholeTensor } from '../kernels/blocks';
import type { ActorCriticLayout } from '../network/actor-critic';
import type { ForwardPass } from '../network/fused-forward';
import type { Network } from '../network/network';
import { act } from './act';
import { envReset } from './env-reset';
import { envStep } from './env-step';
import { fusedRollout } from './fused-rollout';
import type { HostBatch } from './host-batch';
import { hostParts } from './host-parts';
import type { HostRollout } from './host-rollout';
import { normalizeObservations } from './normalize-observations';
import { type OpponentPolicies, Opponents } from './opponents';
import type { EnvironmentOptions } from './rollout-shape';
import { rolloutStart } from './rollout-start';
import { type Steering, steerStep } from './steer';
import { traceStates } from './trace-states';
import { inputRow, unpackObservations } from './unpack-observations';

export interface RolloutOptions extends EnvironmentOptions {
  readonly parameters: ParameterBlock;
  readonly layout: ActorCriticLayout;
  /** Moments that normalize observations into inputs, [K][O][RUNNING_MOMENTS_WORDS]; only read. */
  readonly observationMoments?: Tensor | undefined;
  /** The actor in one kernel; without it, one kernel per layer. */
  readonly forward?: ForwardPass | undefined;
  /** The environments, where they step on the host; their rollouts are layered. */
  readonly hosts?: HostBatch | undefined;
  /** Whom a world of two players is played against; its rollouts are layered. */
  readonly opponents?: OpponentPolicies | undefined;
  /**
   * Where the states before each step and after the last are kept, [T + 1][K][N][stateWords]; by
   * default nowhere.
   */
  readonly trace?: Tensor | undefined;
  /** Who chooses actions in place of the policy; the rollouts are layered. */
  readonly steering?: Steering | undefined;
}

export class Rollout {
  /** The actor of layered kernels and its output. */
  private readonly layered: { readonly actor: Network; readonly heads: Tensor } | undefined;
  private readonly host: HostRollout | undefined;
  private readonly opponents: Opponents | undefined;

  /** Declares the scratch memory of layered kernels. */
  constructor(
    private readonly runtime: Runtime,
    private readonly options: RolloutOptions,
  ) {
    const { buffer, task, layout, parameters, forward, hosts } = options;
    const { agents, stride } = buffer.sizes;
    const count = { agents, rows: 1, stride };
    const { headSize } = task.distribution;
    const { storage } = layout;
    const use = { name: 'rollout actor', parameters, count, trained: false, storage };
    this.host = hosts && new (hostParts().HostRollout)(runtime, options, hosts);
    this.opponents =
      options.opponents && new Opponents(runtime, { ...options, policies: options.opponents });
    this.layered =
      forward && !hosts
        ? undefined
        : {
            actor: layout.actor.create(runtime, use),
            heads: runtime.arena.declare('rollout heads', [agents, headSize, stride]),
          };
  }

  /** Resets every environment; runs once, before the first rollout. */
  reset(): Stage {
    const opening = this.opponents?.opening() ?? [];
    const dispatches = [envReset(this.runtime, this.options), ...opening];
    return { name: 'reset', dispatches, host: this.host?.reset };
  }

  /** One rollout of every environment: one stage, or a few per step with steps of the host. */
  stages(): Stage[] {
    const { forward, mode, trace, steering } = this.options;
    const { host } = this;
    // Groups restart before every rollout, from a state that their environments share.
    const restart = mode.groupSize > 0 ? [this.reset()] : [];
    if (host) return [...restart, ...this.hostStages(host, this.layered!)];
    if (steering) return [...restart, ...this.steeredStages(this.layered!)];
    const mostSteps = trace ? 1 : undefined;
    const steps = forward
      ? fusedRollout(this.runtime, { ...this.options, forward, mostSteps }).map((step) => [step])
      : this.layeredSteps(this.layered!);
    const traced = steps.flatMap((step, index) => [...this.trace(index), ...step]);
    const { steps: last } = this.options.buffer.sizes;
    const restarted = restart.flatMap(({ dispatches }) => dispatches);
    return [{ name: 'rollout', dispatches: [...restarted, ...traced, ...this.trace(last)] }];
  }

  /** For each step, actor → act → execute, the host's step → host-step. */
  private hostStages(host: HostRollout, layered: NonNullable<Rollout['layered']>): Stage[] {
    const { steps: last } = this.options.buffer.sizes;
    let before = this.start();
    const stages = Array.from({ length: last }, (_, step): Stage[] => {
      const acting = [...before, ...this.trace(step), ...this.acting(layered, step)];
      before = [host.after(step), ...this.normalizeAfter(step)];
      return [
        { name: 'rollout', dispatches: acting, host: this.steered(step) },
        { name: 'rollout', dispatches: host.before(step), host: host.take(step) },
      ];
    });
    return [...stages.flat(), { name: 'rollout', dispatches: [...before, ...this.trace(last)] }];
  }

  /** For each step, actor → act, the choice of the host → env-step, or what two players do. */
  private steeredStages(layered: NonNullable<Rollout['layered']>): Stage[] {
    const { steps: last } = this.options.buffer.sizes;
    let before = this.start();
    const stages = Array.from({ length: last }, (_, step): Stage => {
      const dispatches = [...before, ...this.trace(step), ...this.acting(layered, step)];
      before = this.advancing(step);
      return { name: 'rollout', dispatches, host: this.steered(step) };
    });
    return [...stages, { name: 'rollout', dispatches: [...before, ...this.trace(last)] }];
  }

  /**
   * For each step, (unpack-observations →) actor → act → env-step (→ normalize-observations); with
   * two players learner-ply → opponents' actor → opponent-act → opponent-ply in place of env-step.
   */
  private layeredSteps(layered: NonNullable<Rollout['layered']>): Dispatch[][] {
    const { steps: last } = this.options.buffer.sizes;
    const steps = Array.from({ length: last }, (_, step) => [
      ...this.acting(layered, step),
      ...this.advancing(step),
    ]);
    return steps.map((step, index) => (index === 0 ? [...this.start(), ...step] : step));
  }

  private steered(step: number): HostStep | undefined {
    const { steering } = this.options;
    return steering && steerStep(this.runtime.gpu, { ...this.options, steering }, step);
  }

  /** What comes before the first step. */
  private start(): Dispatch[] {
    return [rolloutStart(this.runtime, this.options), ...this.normalize(0, 1)];
  }

  /** What the environments make of the actions. */
  private advancing(step: number): Dispatch[] {
    const advance = this.opponents?.step(step) ?? envStep(this.runtime, this.options, step);
    return [...advance, ...this.normalizeAfter(step)];
  }

  /** (Unpack-observations →) actor → act. */
  private acting({ actor, heads }: NonNullable<Rollout['layered']>, step: number): Dispatch[] {
    const { buffer, parameters, layout } = this.options;
    const acting = { ...this.options, heads, parameters, freeOffset: layout.freeOffset };
    return [
      ...unpackObservations(this.runtime, buffer, step, 1),
      ...actor.forward(inputRow(buffer, step), wholeTensor(heads)),
      act(this.runtime, acting, step),
    ];
  }

  /** Normalizes what a step shows; the final observations follow the last row. */
  private normalizeAfter(step: number): Dispatch[] {
    const { steps: last, rows } = this.options.buffer.sizes;
    return this.normalize(step + 1, step + 1 === last ? rows - last : 1);
  }

  /** Keeps the states as they are before a step. */
  private trace(step: number): Dispatch[] {
    const { trace, environments } = this.options;
    return trace ? [traceStates(this.runtime, environments, trace, step)] : [];
  }

  private normalize(firstRow: number, rowCount: number): Dispatch[] {
    const { observationMoments } = this.options;
    if (!observationMoments) return [];
    const options = { ...this.options, observationMoments };
    return [normalizeObservations(this.runtime, options, firstRow, rowCount)];
  }
}
