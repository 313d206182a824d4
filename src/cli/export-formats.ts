/** The formats of `lockstep export`: the files of each, and how their bytes are computed with. */
import { decideEach } from '../export/check-inputs';
import { describePolicy } from '../export/describe-policy';
import { evaluateOnnx } from '../export/evaluate-onnx';
import { exportModule } from '../export/export-module';
import { exportOnnx } from '../export/export-onnx';
import { exportJson, exportSafetensors } from '../export/export-weights';
import { HostPolicy } from '../export/host-policy';
import { type AgentOption, policyModel } from '../export/policy-model';
import { restoreTensors } from '../export/restore-tensors';
import { decodeSafetensors } from '../formats/safetensors';
import type { ActInputs, Decisions } from '../trainer/act-on-device';
import type { SavedPolicy } from '../trainer/saved-policy';
import type { ExportFormat } from './export-names';

/** An export in memory. */
export interface Artefact {
  readonly bytes: Uint8Array;
  /** Files beside it, by what takes the place of its extension. */
  readonly beside: Readonly<Record<string, Uint8Array>>;
  /** What the bytes do, computed on the host. */
  decide(inputs: ActInputs): Promise<Decisions>;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function sidecar(saved: SavedPolicy, options: AgentOption): Record<string, Uint8Array> {
  const description = describePolicy(saved, options);
  return { '.description.json': utf8(`${JSON.stringify(description, null, 2)}\n`) };
}

function onnx(saved: SavedPolicy, options: AgentOption): Artefact {
  const bytes = exportOnnx(saved, options);
  return {
    ...{ bytes, beside: sidecar(saved, options) },
    decide: async (inputs) => evaluateOnnx(bytes, inputs),
  };
}

function js(saved: SavedPolicy, options: AgentOption): Artefact {
  const { code, types } = exportModule(saved, options);
  return {
    bytes: utf8(code),
    beside: { '.d.ts': utf8(types), ...sidecar(saved, options) },
    decide: async (inputs) => {
      const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
      const module = (await import(url)) as Pick<HostPolicy, 'act'>;
      return decideEach(inputs, (observation, mask) => module.act(observation, { mask }));
    },
  };
}

/** What numbers do that were read back by their names. */
function restored(
  saved: SavedPolicy,
  options: AgentOption,
  find: (name: string) => ArrayLike<number> | undefined,
): Artefact['decide'] {
  return async (inputs) => {
    const policy = new HostPolicy(restoreTensors(policyModel(saved, options), find));
    return decideEach(inputs, (observation, mask) => policy.act(observation, { mask }));
  };
}

function json(saved: SavedPolicy, options: AgentOption): Artefact {
  const text = exportJson(saved, options);
  const { tensors } = JSON.parse(text) as { readonly tensors: Record<string, unknown> };
  const find = (name: string): number[] => [tensors[name]].flat(2) as number[];
  return { bytes: utf8(text), beside: {}, decide: restored(saved, options, find) };
}

function safetensors(saved: SavedPolicy, options: AgentOption): Artefact {
  const bytes = exportSafetensors(saved, options);
  const { tensors } = decodeSafetensors(bytes);
  const decide = restored(saved, options, (name) => tensors[name]?.values);
  return { bytes, beside: sidecar(saved, options), decide };
}

/** Makes the export of one agent's policy. */
export const MAKE_EXPORT: Readonly<
  Record<ExportFormat, (saved: SavedPolicy, options: AgentOption) => Artefact>
> = { onnx, js, json, safetensors };
