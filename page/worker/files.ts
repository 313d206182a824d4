/** The files that a run can be kept as. */
import {
  type EnvironmentDefinition,
  exportModule,
  exportOnnx,
  type SavedPolicy,
  type Trainer,
} from '../../src/index';
import type { FileKind } from '../messages';

export interface MadeFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const ENDINGS: Readonly<Record<FileKind, string>> = {
  checkpoint: 'safetensors',
  module: 'js',
  onnx: 'onnx',
};

/** @param iteration for the name */
export async function makeFile(
  kind: FileKind,
  trainer: Trainer,
  environment: EnvironmentDefinition,
  iteration: number,
): Promise<MadeFile> {
  const name = `${environment.id}-${iteration}.${ENDINGS[kind]}`;
  const bytes = await bytesOf(kind, trainer, environment);
  return { name, bytes: bytes as Uint8Array<ArrayBuffer> };
}

async function bytesOf(
  kind: FileKind,
  trainer: Trainer,
  environment: EnvironmentDefinition,
): Promise<Uint8Array> {
  if (kind === 'checkpoint') return trainer.save();
  const saved: SavedPolicy = {
    environment,
    config: trainer.config,
    policy: await trainer.policy(),
  };
  if (kind === 'onnx') return exportOnnx(saved);
  return new TextEncoder().encode(exportModule(saved).code);
}
