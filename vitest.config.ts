import { Writable } from 'node:stream';
import { defineConfig } from 'vitest/config';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** A shader file is imported as its text, as in the bundles (scripts/build.mjs). */
const shaderText = {
  name: 'shader-text',
  enforce: 'pre',
  transform(text: string, id: string) {
    if (!id.endsWith('.wesl')) return undefined;
    return { code: `export default ${JSON.stringify(text)};`, map: null };
  },
} as const;

/** Dawn prints these in every process that looks for adapters. */
const NOISE = /^Warning: maxDynamic\w+ artificially reduced.*\n/gm;

/** What the forks write to standard error, less the noise; outlives each fork. */
class QuietErrors extends Writable {
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const text = chunk.toString().replace(NOISE, '');
    if (text) process.stderr.write(text);
    done();
  }

  override end(): this {
    return this;
  }
}

const quietForks = {
  name: 'quiet-forks',
  configureVitest({ vitest }: { vitest: Vitest }): void {
    vitest.logger.errorStream = new QuietErrors();
  },
};

/** Ends a run with what it left out: suites that were skipped as a whole, by their full names. */
class SkippedSuites implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules
      .flatMap((module) => [...module.children.suites()])
      .filter((suite) => suite.state() === 'skipped')
      .map((suite) => suite.fullName);
    if (skipped.length > 0) console.log(`skipped suites: ${skipped.join('; ')}`);
  }
}

export default defineConfig({
  plugins: [shaderText, quietForks],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/announce-adapter.ts'],
    reporters: ['default', new SkippedSuites()],
    // One process per file: each has one device, and a crash in native code stays with its file.
    pool: 'forks',
    maxWorkers: 2,
    watch: false,
    // Its package.json calls a CommonJS file a module, which Node refuses; Vite takes the right one.
    server: { deps: { inline: ['wgsl_reflect'] } },
    // SwiftShader is up to 50 times slower than lavapipe, where few tests take more than 10 s.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
