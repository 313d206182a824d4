import { expect, test } from 'vitest';
import { devDependencies, peerDependencies, peerDependenciesMeta } from '../../package.json';
import { GpuError } from '../../src/gpu/device';
import { loadDawn, RECOMMENDED } from '../../src/node/load-dawn';

/** What loading fails with where this is thrown. */
async function failure(error: Error): Promise<Error> {
  const loading = loadDawn(() => Promise.reject(error));
  return loading.then(
    () => expect.fail('it loads'),
    (reason: Error) => reason,
  );
}

test('the package is an optional peer, and errors recommend the tested version', () => {
  expect(RECOMMENDED).toBe(`webgpu@${devDependencies.webgpu}`);
  expect(peerDependencies.webgpu).toBe(`^${devDependencies.webgpu}`);
  expect(peerDependenciesMeta.webgpu.optional).toBe(true);
});

test('a missing package is an error that says what to install', async () => {
  const missing = Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' });
  const error = await failure(missing);
  expect(error).toBeInstanceOf(GpuError);
  expect(error.message).toBe(
    'the package webgpu, through which Node uses GPUs, is not installed: npm install webgpu@0.6.2',
  );
  expect(error.cause).toBe(missing);
});

test('a package that does not load is an error with the platform and the reason', async () => {
  const broken = Object.assign(new Error('no dawn.node'), { code: 'MODULE_NOT_FOUND' });
  const error = await failure(broken);
  expect(error).toBeInstanceOf(GpuError);
  expect(error.message).toBe(
    'the package webgpu, through which Node uses GPUs, cannot be loaded on ' +
      `${process.platform}-${process.arch}: no dawn.node`,
  );
});
