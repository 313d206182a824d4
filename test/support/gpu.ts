import { afterAll } from 'vitest';
import type { Gpu } from '../../src/gpu/device';
import { requestNodeGpu } from '../../src/node/dawn';

let shared: Promise<Gpu> | undefined;

/** The one device of this test file; destroyed when the file ends. LOCKSTEP_ADAPTER chooses. */
export function openTestGpu(): Promise<Gpu> {
  shared ??= requestNodeGpu();
  return shared;
}

afterAll(async () => {
  const opened = shared;
  shared = undefined;
  (await opened?.catch(() => undefined))?.destroy();
});
