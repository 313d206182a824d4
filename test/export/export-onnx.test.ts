/** ONNX models: they do what the device does, in ONNX Runtime and in the command's own check. */
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { describe, expect, test } from 'vitest';
import { checkDifferences, compareDecisions } from '../../src/export/check-export';
import { evaluateOnnx } from '../../src/export/evaluate-onnx';
import { exportOnnx } from '../../src/export/export-onnx';
import { decodeOnnx } from '../../src/formats/onnx';
import type { Decisions } from '../../src/trainer/act-on-device';
import { type DeviceCase, onDevice } from './device-cases';
import { runOnnx, runtimeMissing } from './onnx-runtime';
import { POLICY_CASES, type PolicyCase, randomPolicy, signals } from './policies';

/** What the device does in each case, computed once. */
const devices = new Map<PolicyCase, Promise<DeviceCase>>();
function deviceOf(policyCase: PolicyCase): Promise<DeviceCase> {
  const device = devices.get(policyCase) ?? onDevice(policyCase);
  devices.set(policyCase, device);
  return device;
}

const modelOf = ({ saved, agent }: PolicyCase): Uint8Array => exportOnnx(saved, { agent });

async function expectDevice(policyCase: PolicyCase, found: Decisions): Promise<void> {
  const { decisions } = await deviceOf(policyCase);
  checkDifferences('it', compareDecisions(found, decisions, policyCase.saved.environment));
}

describe.each(POLICY_CASES)('$name', (policyCase) => {
  const model = modelOf(policyCase);

  test('its bytes say what the device does', async () => {
    const { inputs } = await deviceOf(policyCase);
    await expectDevice(policyCase, evaluateOnnx(model, inputs));
  });

  test('another reader finds the graph', async () => {
    const { graph, opsetImport, irVersion } = fromBinary(ModelProtoSchema, model);
    expect(irVersion).toBe(8n);
    expect(opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
    const { inputs, decisions } = await deviceOf(policyCase);
    const wanted = inputs.masks ? ['observation', 'mask'] : ['observation'];
    expect(graph!.input.map(({ name }) => name)).toEqual(wanted);
    const outputs = ['action', 'log_probability', ...(decisions.values ? ['value'] : [])];
    expect(graph!.output.map(({ name }) => name)).toEqual(outputs);
    expect(graph!.node.map(({ opType }) => opType)).toEqual(
      decodeOnnx(model).nodes.map(({ operator }) => operator),
    );
  });
});

describe.skipIf(runtimeMissing)('onnxruntime-node', () => {
  test.each(POLICY_CASES)('does what the device does: $name', async (policyCase) => {
    const { inputs } = await deviceOf(policyCase);
    await expectDevice(policyCase, await runOnnx(modelOf(policyCase), inputs));
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
