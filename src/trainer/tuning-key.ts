/**
 * The key of a choice of the tuner. It covers everything except what is known to change no kernel.
 */
import { version } from '../../package.json';
import { CONFIG_FIELDS } from '../config/fields';
import type { PerAgent } from '../config/per-agent';
import type { PpoConfig } from '../config/ppo-config';
import type { EnvironmentDefinition } from '../environments/definition';
import type { Gpu } from '../gpu/device';
import type { KernelPlan } from '../network/kernel-plan';
import { loadShaders } from '../shader-sources/load';

/** Fields that neither kernels nor stages depend on. */
const INDIFFERENT: readonly (keyof PpoConfig)[] = ['seed', 'totalTimesteps', 'maxSkippedUpdates'];

export interface TuningCase {
  readonly gpu: Gpu;
  readonly environment: EnvironmentDefinition;
  readonly config: PpoConfig;
  /** All candidate plans. */
  readonly plans: readonly KernelPlan[];
}

/**
 * The part of a per-agent value that kernels depend on. Numbers lie in the agents' records, so only
 * 0 differs from the others: stages may be left out if all agents have 0.
 */
function kindsOf(value: PerAgent<unknown>): unknown[] {
  const kinds = [value].flat().map((each) => (typeof each === 'number' ? each !== 0 : each));
  return [...new Set(kinds)];
}

function describeConfig(config: PpoConfig): unknown[] {
  const names = Object.keys(CONFIG_FIELDS) as (keyof PpoConfig)[];
  return names
    .filter((name) => !INDIFFERENT.includes(name))
    .map((name) => [name, CONFIG_FIELDS[name].perAgent ? kindsOf(config[name]) : config[name]]);
}

/** Device, driver and, in a browser, its version, since their compilers make the kernels. */
function describeDevice({ adapter, device, unsafeFast, matrixUnits }: Gpu): unknown[] {
  const { vendor, architecture, device: model, description } = device.adapterInfo;
  const platform = globalThis.navigator?.userAgent ?? '';
  const names = [adapter.name, vendor, architecture, model, description];
  return [...names, unsafeFast, matrixUnits, platform];
}

/** SHA-256 as hexadecimal digits. */
async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The key of a run's choice. The texts of the shaders are part of it, so changed kernels are timed
 * again.
 */
export async function tuningKey({ gpu, environment, config, plans }: TuningCase): Promise<string> {
  const { defaults: _, ...world } = environment;
  const shapes = [plans, world, describeConfig(config), describeDevice(gpu)];
  const shaders = await loadShaders();
  const whole = await digest(JSON.stringify([version, shaders, ...shapes]));
  return `${environment.id} on ${gpu.adapter.name}: ${whole}`;
}
