/** Python's package safetensors opens a checkpoint and reads the same tensors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonHas, runPython } from '../support/python';
import { smallTrainer } from './training';

const here = pythonHas('safetensors', 'numpy');
const reason = here ? '' : ' (Python has no safetensors and numpy)';

describe.skipIf(!here)(`the package safetensors${reason}`, () => {
  test('reads every tensor, the configuration and the counters', async () => {
    const trainer = await smallTrainer({ normObs: true, refKlCoef: 0.1 });
    for await (const { iteration } of trainer) if (iteration === 2) break;
    const [{ tensors }, bytes] = [await trainer.snapshot(), await trainer.save()];
    trainer.destroy();
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-python-'));
    const path = join(folder, 'checkpoint.safetensors');
    writeFileSync(path, bytes);
    const found = runPython('open_checkpoint.py', path);
    rmSync(folder, { recursive: true });
    const expected = Object.entries(tensors).map(([name, { shape, data }]) => {
      const type = data instanceof Uint32Array ? 'uint32' : 'float32';
      return [name, { type, shape, first: data[0] }];
    });
    expect(found).toEqual({ tensors: Object.fromEntries(expected), numEnvs: 5, iteration: 2 });
  });
});
