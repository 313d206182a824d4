import { requestNodeGpu } from '../../src/node/dawn';

/** Says once per run which adapter the suites compute on; they fail one by one without any. */
export async function setup(): Promise<void> {
  try {
    const gpu = await requestNodeGpu();
    console.log(`adapter: ${gpu.adapter.name}`);
    gpu.destroy();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
