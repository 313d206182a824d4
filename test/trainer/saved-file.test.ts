import { expect, test } from 'vitest';
import { completeConfig } from '../../src/config/defaults';
import { defineEnvironment } from '../../src/environments/definition';
import { decodeSaved, encodeSaved } from '../../src/trainer/saved-file';
import { drift } from '../environments/drift';

test('texts that look like numbers stay texts, and numbers that are not finite numbers', () => {
  const environment = defineEnvironment({
    ...drift(),
    source: 'NaN',
    observation: [
      { name: 'Infinity', low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
      { name: '\\-Infinity', low: 0, high: 1, unit: '-Infinity' },
    ],
  });
  const config = completeConfig(environment.defaults);
  const details = { reached: { best: Number.NEGATIVE_INFINITY, place: '\\\\NaN' } };
  const bytes = encodeSaved({ kind: 'policy', environment, config, tensors: {}, details });
  const saved = decodeSaved(bytes, ['policy']);
  expect(saved.environment).toEqual(environment);
  expect(saved.details).toEqual(details);
});

test('a file from before fields were added does what it did', () => {
  const environment = defineEnvironment(drift());
  const config = completeConfig(environment.defaults);
  const { staggerResets, opponents, opponentInterval, ...older } = config;
  expect(staggerResets).toBe(false);
  const written = { kind: 'policy', environment, tensors: {}, details: {} } as const;
  const bytes = encodeSaved({ ...written, config: older as typeof config });
  expect(decodeSaved(bytes, ['policy']).config).toEqual({ ...config, opponents, opponentInterval });
  const { numSteps: _, ...damaged } = older;
  const refused = encodeSaved({ ...written, config: damaged as typeof config });
  expect(() => decodeSaved(refused, ['policy'])).toThrow('numSteps is undefined');
});
