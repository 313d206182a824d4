import { describe, expect, it } from 'vitest';
import { checkComputation, expectedSum, formatInspection, inspect } from '../../src/cli/doctor';
import { openTestGpu } from '../support/gpu';

describe('the doctor', () => {
  it('expects 332833500, the sum of the first 1000 squares', () => {
    expect(expectedSum()).toBe((999 * 1000 * 1999) / 6);
  });

  it('finds the computation right', async () => {
    const gpu = await openTestGpu();
    const inspection = await inspect(gpu);
    expect(inspection.computation).toBe('ok');
    expect(inspection.adapter).toBe(gpu.adapter.name);
    expect(inspection.timestamps).toBe(inspection.features.includes('timestamp-query'));
    expect(inspection.limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
    expect(formatInspection(inspection)).toMatch(/^computation +ok$/m);
  });

  it('tells a wrong result from the right one', async () => {
    const wrong = `@group(0) @binding(0) var<storage, read_write> result: array<u32>;
      @compute @workgroup_size(1) fn doctor() { result[0] = 41; }`;
    expect(await checkComputation(await openTestGpu(), wrong)).toBe(
      'the device computed 41 instead of 332833500',
    );
  });
});

describe('its report', () => {
  const healthy = {
    adapter: 'H200',
    vendor: 'nvidia',
    architecture: 'hopper',
    kind: 'discrete' as const,
    hardware: true,
    features: ['timestamp-query'],
    limits: {
      maxBufferSize: 268435456,
      maxStorageBufferBindingSize: 134217728,
      maxStorageBuffersPerShaderStage: 8,
      maxComputeWorkgroupStorageSize: 16384,
      maxComputeInvocationsPerWorkgroup: 256,
      maxComputeWorkgroupsPerDimension: 65535,
    },
    timestamps: true,
    unsafeFast: false,
    matrixUnits: null,
    computation: 'ok',
    advice: ['buy nothing'],
  };

  it('says of a device without checks that it has none', () => {
    expect(formatInspection(healthy)).not.toContain('unsafe');
    const text = formatInspection({ ...healthy, unsafeFast: true });
    expect(text).toMatch(/^--unsafe-fast +without validation and bounds checks$/m);
  });

  it('speaks of matrix units where they were asked for', () => {
    expect(formatInspection(healthy)).not.toContain('matrix');
    const text = formatInspection({ ...healthy, matrixUnits: '16 × 16' });
    expect(text).toMatch(/^matrix units +16 × 16$/m);
  });

  it('gives sizes readable digits and marks advice', () => {
    const text = formatInspection(healthy);
    expect(text).toMatch(/^maxStorageBufferBindingSize +134,217,728$/m);
    expect(text).toMatch(/^kind +discrete GPU$/m);
    expect(text).toMatch(/^! buy nothing$/m);
  });
});
