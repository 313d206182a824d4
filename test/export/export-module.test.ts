/** ES modules: alone in a process, they do what the device does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartpole } from '../../src/environments/cartpole';
import { checkDifferences, compareDecisions } from '../../src/export/check-export';
import { decideEach } from '../../src/export/check-inputs';
import { exportModule } from '../../src/export/export-module';
import { type Decision, loadPolicy, type ObservationLike } from '../../src/export/host-policy';
import { createTrainer } from '../../src/trainer/create-trainer';
import { compile, loadCompiler } from '../package/compile';
import { openTestGpu } from '../support/gpu';
import { type DeviceCase, onDevice } from './device-cases';
import { POLICY_CASES, randomPolicy, signals } from './policies';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-module-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface PolicyModule {
  act(
    observation: ObservationLike,
    options?: {
      readonly mask?: readonly boolean[] | undefined;
      readonly greedy?: boolean;
      readonly random?: () => number;
    },
  ): Decision;
}

let written = 0;

/** Writes a module to a file of its own, and imports it. */
async function importCode(code: string): Promise<PolicyModule> {
  written += 1;
  const path = join(folder, `policy-${written}.mjs`);
  writeFileSync(path, code);
  return import(pathToFileURL(path).href);
}

describe.each(POLICY_CASES)('$name', (policyCase) => {
  const { saved, agent } = policyCase;
  let device: DeviceCase;
  let module: PolicyModule;
  beforeAll(async () => {
    device = await onDevice(policyCase);
    module = await importCode(exportModule(saved, { agent }).code);
  });

  test('it does what the device does', () => {
    const found = decideEach(device.inputs, (observation, mask) =>
      module.act(observation, { mask }),
    );
    const differences = compareDecisions(found, device.decisions, saved.environment);
    checkDifferences('it', differences);
    expect(differences.value).toBeNull();
  });

  test('it draws what the host draws', async () => {
    const policy = await loadPolicy(saved, { agent });
    let drawn = 0;
    const random = (): number => {
      drawn += 1;
      return (drawn * 0.618034) % 1;
    };
    const draw = (act: PolicyModule['act']) => {
      drawn = 0;
      return decideEach(device.inputs, (observation, mask) => {
        const { action, logProbability } = act(observation, { mask, greedy: false, random });
        return { action, logProbability };
      });
    };
    expect(draw(module.act)).toEqual(
      draw((observation, options) => policy.act(observation, options)),
    );
  });
});

test('its code is a few kilobytes beside the numbers', () => {
  for (const { saved, agent } of POLICY_CASES) {
    const { code } = exportModule(saved, { agent });
    expect(code.replace(/'[\w+/=]*'/, '').length).toBeLessThan(3500);
    expect(code).not.toContain('import');
  }
});

describe('it refuses', () => {
  const action = { type: 'multi-discrete', nvec: [3, 2] } as const;
  const masked = importCode(exportModule(randomPolicy(signals(action, { actionMask: true }))).code);
  const five = [0, 0, 0, 0, 0];

  test.each([[[1, 2]], [[0, 0, Number.NaN, 0, 0]]])('the observation %s', async (observation) => {
    const { act } = await masked;
    expect(() => act(observation, { mask: [true, true, true, true, true] })).toThrow(
      new RangeError('observation must have 5 finite numbers'),
    );
  });

  test.each([[undefined], [[true]], [[true, true, true, false, false]]])(
    'the mask %s',
    async (mask) => {
      const { act } = await masked;
      expect(() => act(five, { mask })).toThrow(
        new RangeError('mask must have 5 entries and allow a value of every choice'),
      );
    },
  );
});

test('texts of the environment stay comments', async () => {
  const environment = { ...signals({ type: 'discrete', n: 2 }), id: 'Odd-v0' };
  const fields = environment.observation.map((field) => ({ ...field }));
  fields[0]!.name = "line\nthrow new Error('broken out')";
  const saved = randomPolicy({ ...environment, observation: fields });
  const { act } = await importCode(exportModule(saved).code);
  expect(act([0, 0, 0, 0, 0]).action).toHaveLength(1);
});

test.each([
  ['without masks', signals({ type: 'discrete', n: 2 }), ''],
  ['with masks', signals({ type: 'discrete', n: 2 }, { actionMask: true }), 'mask: [true, 0], '],
])('its types hold %s', async (name, environment, mask) => {
  const { types } = exportModule(randomPolicy(environment));
  writeFileSync(join(folder, `${name}.d.ts`), types);
  const use = `import { act } from './${name}.js';
    const { action, logProbability } = act([1, 2], { ${mask}greedy: false, random: Math.random });
    export const sum: number = action[0]! + logProbability;
    // @ts-expect-error
    act('observation');
    // @ts-expect-error
    act([1, 2], { sample: true });`;
  writeFileSync(join(folder, `use ${name}.ts`), use);
  const setup = { mode: 'bundler', lib: ['es2022'], types: [] } as const;
  const compiler = await loadCompiler('typescript');
  expect(compile(compiler, folder, [`use ${name}.ts`], setup)).toBe('');
});

/** CartPole-v1 of Gymnasium in plain JavaScript: the mean return over 100 episodes. */
const CARTPOLE = `import { act } from './cartpole.mjs';

function step([x, v, angle, w], push) {
  const force = push === 1 ? 10 : -10;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const common = (force + 0.05 * w * w * sine) / 1.1;
  const turn = (9.8 * sine - cosine * common) / (0.5 * (4 / 3 - (0.1 * cosine * cosine) / 1.1));
  const speedUp = common - (0.05 * turn * cosine) / 1.1;
  return [x + 0.02 * v, v + 0.02 * speedUp, angle + 0.02 * w, w + 0.02 * turn];
}

let total = 0;
for (let episode = 0; episode < 100; episode++) {
  let state = Array.from({ length: 4 }, () => 0.1 * Math.random() - 0.05);
  for (let length = 0; length < 500; length++) {
    state = step(state, act(state).action[0]);
    total += 1;
    if (Math.abs(state[0]) > 2.4 || Math.abs(state[2]) > (12 * Math.PI) / 180) break;
  }
}
console.log(total / 100);
`;

test('trained for CartPole, it solves that in plain JavaScript', async () => {
  // The best of three agents is cheaper than enough steps for any seed.
  const config = {
    ...{ seed: 1, numAgents: 3, numEnvs: 64, numSteps: 32, totalTimesteps: 120_000 },
    ...{ learningRate: 2e-3, updateEpochs: 10, hiddenSizes: [32] },
  };
  const trainer = await createTrainer({
    ...{ gpu: await openTestGpu(), environment: cartpole, config },
  });
  for await (const _ of trainer);
  const { perAgent } = await trainer.evaluate({ episodes: 50 });
  const returns = perAgent.map(({ meanReturn }) => meanReturn);
  const agent = returns.indexOf(Math.max(...returns));
  const { config: complete } = trainer;
  const saved = { environment: cartpole, config: complete, policy: await trainer.policy() };
  trainer.destroy();
  writeFileSync(join(folder, 'cartpole.mjs'), exportModule(saved, { agent }).code);
  writeFileSync(join(folder, 'play.mjs'), CARTPOLE);
  const printed = execFileSync(process.execPath, ['play.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(Number(printed)).toBeGreaterThanOrEqual(475);
}, 300_000);
