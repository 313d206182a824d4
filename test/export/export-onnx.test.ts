/** ONNX models: they do what the device does, in ONNX Runtime and in the command's own check. */
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkDifferences, compareDecisions } from '../../src/export/check-export';
import { evaluateOnnx } from '../../src/export/evaluate-onnx';
import { exportOnnx } from '../../src/export/export-onnx';
import { decodeOnnx } from '../../src/formats/onnx';
import { type DeviceCase, onDevice } from './device-cases';
import { runOnnx, runtimeMissing } from './onnx-runtime';
import { POLICY_CASES, randomPolicy, signals } from './policies';

describe.each(POLICY_CASES)('$name', (policyCase) => {
  const { saved, agent } = policyCase;
  const model = exportOnnx(saved, { agent });
  let device: DeviceCase;
  beforeAll(async () => {
    device = await onDevice(policyCase);
  });
  const expectDevice = (found: ReturnType<typeof evaluateOnnx>) =>
    checkDifferences('it', compareDecisions(found, device.decisions, saved.environment));

  test('its bytes say what the device does', () => {
    expectDevice(evaluateOnnx(model, device.inputs));
  });

  test('another reader finds the graph', () => {
    const { graph, opsetImport, irVersion } = fromBinary(ModelProtoSchema, model);
    expect(irVersion).toBe(8n);
    expect(opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
    const { masks } = device.inputs;
    const inputs = masks ? ['observation', 'mask'] : ['observation'];
    expect(graph!.input.map(({ name }) => name)).toEqual(inputs);
    const { values } = device.decisions;
    const outputs = ['action', 'log_probability', ...(values ? ['value'] : [])];
    expect(graph!.output.map(({ name }) => name)).toEqual(outputs);
    expect(graph!.node.map(({ opType }) => opType)).toEqual(
      decodeOnnx(model).nodes.map(({ operator }) => operator),
    );
  });

  describe.skipIf(runtimeMissing)('in onnxruntime-node', () => {
    test('does what the device does', async () => {
      expectDevice(await runOnnx(model, device.inputs));
    });
  });
});

test('a mask that allows nothing allows all, as on the device', async () => {
  const environment = signals({ type: 'multi-discrete', nvec: [3, 2] }, { actionMask: true });
  const model = exportOnnx(randomPolicy(environment));
  const observations = [new Float32Array(5).fill(0.3)];
  const nothing = evaluateOnnx(model, { observations, masks: [Array(5).fill(false)] });
  const all = evaluateOnnx(model, { observations, masks: [Array(5).fill(true)] });
  expect(nothing).toEqual(all);
});

describe('bytes that are no exported model are refused:', () => {
  const bytes = exportOnnx(randomPolicy(signals({ type: 'discrete', n: 2 })));
  const inputs = { observations: [new Float32Array(5)], masks: undefined };

  test.each<[string, Uint8Array, string]>([
    ['none', new Uint8Array(), 'has no output action'],
    ['a half', bytes.subarray(0, bytes.length / 2), 'is no ONNX model: '],
    ['noise', Uint8Array.from({ length: 99 }, (_, i) => (i * 37) % 256), 'has no output action'],
  ])('%s', (_, damaged, message) => {
    expect(() => evaluateOnnx(damaged, inputs)).toThrow(
      expect.objectContaining({ name: 'OnnxError', message: expect.stringContaining(message) }),
    );
  });

  test('observations of another length', () => {
    const long = { observations: [new Float32Array(6)], masks: undefined };
    expect(() => evaluateOnnx(bytes, long)).toThrow('has observation [1, 6]; it must be [1, 5]');
  });
});
