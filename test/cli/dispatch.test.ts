import { expect, test, vi } from 'vitest';
import type { OpenGpu } from '../../src/cli/device';
import { dispatch, type Services } from '../../src/cli/dispatch';
import { CONFIG_KEYS, flagOf } from '../../src/cli/flag-values';
import type { RunRequest } from '../../src/cli/open-run';
import type { OpenRun } from '../../src/cli/run-keeper';
import { ENDING_SIGNALS, type EndingSignal, SIGNAL_NAMES } from '../../src/cli/signals';
import { ConfigError } from '../../src/config/config-error';
import { completeConfig, DEFAULT_CONFIG } from '../../src/config/defaults';
import { CONFIG_GROUPS } from '../../src/config/field';
import { CONFIG_FIELDS } from '../../src/config/fields';
import type { AdapterDescription } from '../../src/gpu/adapter';
import { GpuError } from '../../src/gpu/device';
import type { LogEntry } from '../../src/logging/logger';
import { LAYERED } from '../../src/network/kernel-plan';
import type { FoundCheckpoint } from '../../src/node/find-checkpoint';
import type { Checkpoint } from '../../src/trainer/checkpoint';
import type { EnvironmentCheck } from '../../src/trainer/environment-check';
import { NonFiniteError } from '../../src/trainer/guard';
import type { IterationReport } from '../../src/trainer/metrics';
import type { Policy } from '../../src/trainer/policy';
import type { TrainerSnapshot } from '../../src/trainer/snapshot';
import { filesOf, WRITTEN } from '../logging/run-folders';
import { NO_EXCHANGE } from './exchange';
import { makeReport, Recorder, TINY_ENVIRONMENT } from './reports';

/** sha256 of the float32 values 1 and 2, little-endian: 0000803f 00000040. */
const PARAMETERS_SHA256 = 'b9c80b5adeca450753a16950c3cc655d271f7bef7a485bc83f112b72fef21d37';

const SNAPSHOT: TrainerSnapshot = {
  tensors: { episodes: { shape: [1, 0, 15], data: new Float32Array() } },
  counters: { iteration: 0, seconds: 0, evaluations: 0, recentEpisodes: [[]] },
  config: completeConfig(),
};

const FINDINGS: EnvironmentCheck = {
  problems: [],
  warnings: ['every step has the same reward'],
  random: { episodes: 1, endedEpisodes: 1, meanReturn: 2, stdReturn: 0, perAgent: [], results: [] },
  stepsPerSecond: 1000,
  timedEnvironments: 8,
  episode: [],
};

async function notHere(): Promise<never> {
  throw new Error('not called here');
}

/** A process with fakes behind every door; what happens at the doors is logged. */
class FakeProcess {
  readonly stdout = new Recorder();
  readonly log: string[] = [];
  interrupt: ((signal: EndingSignal) => void) | undefined;
  /** Called after each report has been handed out. */
  afterReport: (report: IterationReport) => void = () => {};
  failure: Error | undefined;
  /** Settles when trainers are compiled. */
  compilation: Promise<void> | undefined;
  noAdapter: Error | undefined;
  matrixUnits: OpenGpu['matrixUnits'];
  warnings: string[] = [];
  computation = 'ok';
  debug = false;
  /** Why the trained policy cannot be read. */
  badPolicy: Error | undefined;
  /** Texts by path. */
  files: Record<string, string> = {};
  /** Reasons why files of parameters cannot be used, by path. */
  badFiles: Record<string, string> = {};
  /** Of the policies in files. */
  statistics: Omit<Policy, 'parameters'> = {};
  /** Why no evaluation succeeds. */
  badEvaluation: string | undefined;
  /** Iteration from which on the reports name a fault. */
  faultyFrom = Number.POSITIVE_INFINITY;
  /** What happens to the run folder. */
  readonly kept: string[] = [];
  readonly logged: LogEntry[] = [];
  /** Why no checkpoint can be written. */
  badRun: string | undefined;
  /** What --resume finds. */
  checkpoint: Checkpoint | undefined;
  private stopped = false;
  private names = 0;

  constructor(readonly stderr = new Recorder()) {}

  async run(command: string): Promise<number> {
    const argv = command.split(' ').filter((word) => word !== '');
    return dispatch(argv, this.services(), this);
  }

  private services(): Services {
    return {
      version: '1.2.3',
      debug: this.debug,
      environments: () => [TINY_ENVIRONMENT],
      runFiles: filesOf(this.files),
      wallTime: () => WRITTEN,
      writeFile: async (path) => this.useFile('write', path),
      exchange: NO_EXCHANGE,
      findEnvironment: (id) => {
        if (id === TINY_ENVIRONMENT.id) return TINY_ENVIRONMENT;
        throw Object.assign(new Error(`no environment ${id}`), { name: 'EnvironmentError' });
      },
      readText: (path) => {
        const text = this.files[path];
        if (text !== undefined) return text;
        throw new Error(`ENOENT: no such file or directory, open '${path}'`);
      },
      importEnvironment: async (path) => ({ ...TINY_ENVIRONMENT, id: `of ${path}` }),
      gymnasiumEnvironment: async (id, options) => {
        this.log.push(`gymnasium ${id} ${JSON.stringify(options)}`);
        return { ...TINY_ENVIRONMENT, id: `gymnasium/${id}` };
      },
      writeTemplate: async (name) => [`${name}/${name}.wesl`, `${name}/${name}.mjs`],
      moduleIn: (name) => (name === 'mine' ? 'mine/mine.mjs' : undefined),
      checkEnvironment: async ({ environment }) => {
        this.log.push(`check ${environment.id}`);
        return FINDINGS;
      },
      readCheckpoint: async (path) => this.checkpointAt(path),
      argv: [],
      replay: async () => ({ iteration: 1, origin: undefined, faults: [null] }),
      usualRunFolder: async (id, seed) => `runs/${id}-${seed}-${++this.names}`,
      checkRunFolder: async (path, ifTaken) => void this.kept.push(`check ${path}: ${ifTaken}`),
      openRun: async (request) => this.openRun(request),
      policyFiles: {
        checkWritable: async (path) => this.useFile('check', path),
        read: async (path, { environment, config }) => {
          this.useFile(`read for ${environment.id} with ${config.numSteps} steps`, path);
          return { parameters: Float32Array.of(path.length), ...this.statistics };
        },
        write: async (path, { policy: { parameters }, environment }) =>
          this.useFile(`write ${parameters.join(' ')} of ${environment.id}`, path),
      },
      openGpu: async ({ adapter, unsafeFast, matrixUnits }) => {
        const how = `${unsafeFast ? ' unsafe' : ''}${matrixUnits ? ' with matrix units' : ''}`;
        this.log.push(`open ${adapter ?? 'any'}${how}`);
        if (this.noAdapter) throw this.noAdapter;
        const description: AdapterDescription = {
          name: 'pipe',
          vendor: '',
          architecture: '',
          kind: 'software',
          hardware: false,
        };
        const destroy = (): void => void this.log.push('destroy');
        return { adapter: description, unsafeFast, matrixUnits: this.matrixUnits, destroy };
      },
      adapterWarnings: async () => this.warnings,
      createTrainer: async ({ config, policy, referenceParameters }) => {
        this.log.push(`train ${config.numEnvs} x ${config.numSteps}`);
        if (policy) this.log.push(`from ${policy.parameters}`);
        if (referenceParameters) this.log.push(`beside ${referenceParameters}`);
        await this.compilation;
        if (this.failure) throw this.failure;
        return this.training();
      },
      inspect: async () => {
        const record = { computation: this.computation };
        return {
          works: record.computation === 'ok',
          record,
          text: `computes: ${record.computation}`,
        };
      },
      compileTimes: async (_, { id }) => {
        return { works: true, record: { compiled: id }, text: `compiled: ${id}` };
      },
      onInterrupt: (handler) => {
        this.interrupt = handler;
        return () => {
          this.interrupt = undefined;
        };
      },
      exit: (code) => this.log.push(`exit ${code}`),
      now: () => 0,
      // test/cli/watch.test.ts and its neighbours try these.
      ...{ readSaved: notHere, recordGif: notHere, recordSheet: notHere },
      servePage: notHere,
      pause: notHere,
    };
  }

  private checkpointAt(path: string): FoundCheckpoint {
    if (!this.checkpoint) throw new Error(`${path}: cannot be read: ENOENT`);
    const folder = path.endsWith('/') ? path : undefined;
    return { path, folder, checkpoint: this.checkpoint, problems: [] };
  }

  private openRun({
    place: { path: where, ifTaken },
    iteration,
    keep,
  }: RunRequest): OpenRun & { readonly bestReturn: number } {
    const how = ifTaken === 'continue' ? `on from ${iteration}` : 'new';
    this.kept.push(`${where}: ${how}, keeps ${keep}`);
    const write = (what: string) => async (): Promise<string> => {
      this.kept.push(what);
      if (this.badRun !== undefined) throw new Error(this.badRun);
      return `${where}/${what}`;
    };
    return {
      ...{ path: where, bestReturn: -Infinity },
      log: (entry) => void this.logged.push(entry),
      writeCheckpoint: (iteration) => write(`checkpoint ${iteration}`)(),
      ...{ writeBest: write('best'), writeFault: write('fault') },
      writeSummary: async () => void this.kept.push('summary'),
      close: async () => void this.kept.push('close'),
    };
  }

  private useFile(use: string, path: string): void {
    this.log.push(`${use}: ${path}`);
    const reason = this.badFiles[path];
    if (reason !== undefined) throw new Error(`${path}: ${reason}`);
  }

  private makeReport(iteration: number): IterationReport {
    const report = makeReport(iteration, [iteration]);
    if (iteration < this.faultyFrom) return report;
    return { ...report, agents: report.agents.map((agent) => ({ ...agent, fault: 'entropy' })) };
  }

  private training() {
    const process = this;
    return {
      async *[Symbol.asyncIterator]() {
        for (let iteration = 1; iteration <= 100 && !process.stopped; iteration++) {
          const report = process.makeReport(iteration);
          yield report;
          process.afterReport(report);
        }
      },
      stop: () => {
        process.log.push('stop');
        process.stopped = true;
      },
      evaluate: async ({ episodes, greedy }: { episodes: number; greedy: boolean }) => {
        process.log.push(`evaluate ${episodes} ${greedy ? 'greedy' : 'sampled'}`);
        if (process.badEvaluation) throw new Error(process.badEvaluation);
        const result = { meanReturn: 9, stdReturn: 1, endedEpisodes: episodes };
        return { episodes, ...result, perAgent: [result] };
      },
      // A view into a larger buffer: only its own bytes count.
      policy: async () => {
        if (process.badPolicy) throw process.badPolicy;
        return { parameters: new Float32Array([0, 1, 2, 3]).subarray(1, 3) };
      },
      async *play() {},
      plan: LAYERED,
      stopReason: undefined,
      snapshot: async () => SNAPSHOT,
      snapshotBefore: async () => SNAPSHOT,
      save: async () => new Uint8Array(3),
    };
  }
}

test('train trains, evaluates, summarises and closes the device', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --num-steps 40 --adapter pipe --episodes 7')).toBe(0);
  expect(fake.log).toEqual(['open pipe', 'train 10 x 40', 'evaluate 7 greedy', 'destroy']);
  expect(fake.stderr.lines[0]).toBe(
    'Tiny-v0 on pipe (software): 1 agent, 10 environments, 40 steps per rollout, seed 1',
  );
  expect(fake.stderr.text).toContain('100%  100,000/100,000 steps');
  expect(fake.stdout.text).toContain('mean return  9.0 ± 1.0 over 7 greedy episodes');
  expect(fake.interrupt).toBeUndefined();
});

test('--json leaves one line of JSON alone on the standard output', async () => {
  const fake = new FakeProcess();
  await fake.run('train Tiny-v0 --json --seed 3');
  expect(fake.stdout.lines).toHaveLength(1);
  expect(JSON.parse(fake.stdout.text)).toEqual({
    environment: 'Tiny-v0',
    seed: 3,
    numAgents: 1,
    timesteps: 100_000,
    iterations: 100,
    plannedIterations: 10,
    seconds: 10,
    stepsPerSecond: 10_000,
    adapter: 'pipe',
    parametersSha256: PARAMETERS_SHA256,
    evaluation: {
      episodes: 100,
      meanReturn: 9,
      stdReturn: 1,
      endedEpisodes: 100,
      perAgent: [{ meanReturn: 9, stdReturn: 1, endedEpisodes: 100 }],
    },
    fault: null,
    run: 'runs/Tiny-v0-3-1',
  });
  expect(fake.stderr.text).toContain('mean return  9.0 ± 1.0');
});

test('--quiet shows no progress, but names the adapter', async () => {
  const fake = new FakeProcess();
  await fake.run('train Tiny-v0 --quiet');
  expect(fake.stderr.text).not.toContain('ETA');
  expect(fake.stderr.text).toContain('on pipe (software)');
});

test('a line says what takes so long before the first report, but for --quiet', async () => {
  vi.useFakeTimers();
  const stderrOf = async (command: string): Promise<string> => {
    const process = new FakeProcess();
    process.compilation = new Promise((resolve) => setTimeout(resolve, 3000));
    const run = process.run(command);
    await vi.advanceTimersByTimeAsync(3000);
    await run;
    expect(vi.getTimerCount()).toBe(0);
    return process.stderr.text;
  };
  try {
    expect(await stderrOf('train Tiny-v0')).toContain('compiling kernels, ');
    expect(await stderrOf('train Tiny-v0 --quiet')).not.toContain('compiling');
  } finally {
    vi.useRealTimers();
  }
});

test('--unsafe-fast opens such a device, and the header says so', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --unsafe-fast')).toBe(0);
  expect(fake.log[0]).toBe('open any unsafe');
  expect(fake.stderr.lines[0]).toMatch(/^Tiny-v0 on pipe .*--unsafe-fast: without validation/);
  const safe = new FakeProcess();
  await safe.run('train Tiny-v0');
  expect(safe.stderr.text).not.toContain('unsafe');
});

test('--matrix-units opens such a device, and says where there are none', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --tune --matrix-units')).toBe(0);
  expect(fake.log[0]).toBe('open any with matrix units');
  expect(fake.stderr.text).toContain('warning: --matrix-units: pipe has none');
  const equipped = new FakeProcess();
  equipped.matrixUnits = { M: 8, N: 8, K: 8, lanes: 8 };
  expect(await equipped.run('train Tiny-v0 --tune --matrix-units')).toBe(0);
  expect(equipped.stderr.text).not.toContain('matrix-units');
});

test('warnings about the adapter are shown', async () => {
  const fake = new FakeProcess();
  fake.warnings = ['a GPU is idle'];
  await fake.run('train Tiny-v0 --quiet');
  expect(fake.stderr.lines[1]).toBe('warning: a GPU is idle');
});

test('doctor leaves warnings about the adapter to its advice, but for --compile', async () => {
  const fake = new FakeProcess();
  fake.warnings = ['a GPU is idle'];
  await fake.run('doctor');
  expect(fake.stderr.text).toBe('');
  await fake.run('doctor --compile Tiny-v0');
  expect(fake.stderr.text).toBe('warning: a GPU is idle\n');
});

test('LOCKSTEP_DEBUG shows the causes of an error', async () => {
  const fake = new FakeProcess();
  fake.debug = true;
  await fake.run('train --resume nowhere');
  expect(fake.stderr.text).toMatch(/^lockstep: UsageError: --resume nowhere: cannot be read/);
  expect(fake.stderr.text).toMatch(/\[cause\]: Error: nowhere: cannot be read: ENOENT/);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s ends the iteration, prints the summary and exits with %i', async (signal, code) => {
  const fake = new FakeProcess();
  fake.afterReport = ({ iteration }) => iteration === 3 && fake.interrupt?.(signal);
  expect(await fake.run('train Tiny-v0 --save aa')).toBe(code);
  expect(fake.log.slice(3)).toEqual([
    'stop',
    'write 1 2 of Tiny-v0: aa',
    'evaluate 100 greedy',
    'destroy',
  ]);
  expect(fake.stderr.text).toContain(`${signal}: finishing; `);
  expect(fake.stdout.text).toContain('iterations   3');
});

test.each(SIGNAL_NAMES)(
  'a second signal ends the process with its own exit code: %s',
  async (second) => {
    const fake = new FakeProcess();
    fake.afterReport = ({ iteration }) => {
      if (iteration !== 3) return;
      fake.interrupt?.('SIGINT');
      fake.interrupt?.(second);
    };
    await fake.run('train Tiny-v0');
    expect(fake.log.slice(2, 4)).toEqual(['stop', `exit ${ENDING_SIGNALS[second]}`]);
  },
);

test.each([
  ['train Tiny-v0 --wrong', '--wrong is not a flag of lockstep train'],
  ['train Tinny-v0', 'no environment Tinny-v0'],
  ['train Tiny-v0 --num-envs 0', 'lockstep: --num-envs 0: numEnvs is 0; it must be an integer'],
  [
    'train Tiny-v0 --ent-coef -1',
    '--ent-coef -1: entCoef is -1; it must be a finite number from 0',
  ],
  [
    'train Tiny-v0 --gamma NaN',
    '--gamma NaN: gamma is NaN; it must be a finite number from 0 to 1',
  ],
  ['train Tiny-v0 --no-norm-adv --gamma 2', '--gamma 2: gamma is 2'],
  [
    'train Tiny-v0 --num-steps 25 --no-norm-adv --num-minibatches 4',
    'lockstep: --num-steps 25 --num-minibatches 4: numEnvs * numSteps = 250 is not divisible by ' +
      'numMinibatches = 4 (remainder 2)',
  ],
])('%s is refused with 2 before any device is opened', async (command, message) => {
  const fake = new FakeProcess();
  expect(await fake.run(command)).toBe(2);
  expect(fake.stderr.text).toContain(message);
  expect(fake.stderr.text).not.toContain('    at ');
  expect(fake.stdout.text).toBe('');
  expect(fake.log).toEqual([]);
});

test('a configuration file goes over the environment, flags over the file', async () => {
  const fake = new FakeProcess();
  fake.files['run.json'] = '{"$schema": "x", "numEnvs": 4, "numSteps": 50, "seed": 9}';
  await fake.run('train Tiny-v0 --config run.json --num-envs 6');
  expect(fake.log).toContain('train 6 x 50');
  expect(fake.stderr.lines[0]).toContain('6 environments, 50 steps per rollout, seed 9');
});

test('all problems of file and flags come in one message before any device is opened', async () => {
  const fake = new FakeProcess();
  fake.files['run.json'] =
    '{"numEnv": 3, "numEnvs": 0, "gamma": "high", "seed": -1, "entCoef": [0, 0]}';
  const flags = '--num-steps many --vf-coef -1 --seed 4 --bogus 3 --episodes 0';
  expect(await fake.run(`train Tiny-v0 --config run.json ${flags}`)).toBe(2);
  expect(fake.stderr.lines).toEqual([
    'lockstep: --num-steps many: numSteps must be an integer from 1 to 65536',
    expect.stringMatching(/^--bogus is not a flag of lockstep train; the nearest are --/),
    '--episodes 0: the number of episodes must be an integer from 1 to 1000000',
    expect.stringMatching(/^numEnv is not a config key \(in run\.json\); the nearest are numEnvs/),
    'numEnvs is 0 (in run.json); it must be an integer from 1 to 1048576',
    expect.stringMatching(
      /^gamma is "high" \(in run\.json\); it must be a finite number from 0 to 1/,
    ),
    '--vf-coef -1: vfCoef is -1; it must be a finite number from 0 to 100, or a list with one ' +
      'value per agent',
    'entCoef is a list of 2 values, but numAgents is 1 (in run.json); it must be one value',
  ]);
  expect(fake.log).toEqual([]);
  expect(fake.stdout.text).toBe('');
});

test('a file that cannot be read is told together with what is wrong in the flags', async () => {
  const fake = new FakeProcess();
  const flags = '--gamma 2 --num-envs 7 --num-steps 5 --learning-rate 0.1,0.2';
  expect(await fake.run(`train Tiny-v0 --config no.json ${flags}`)).toBe(2);
  // What the file might have said of numAgents and numMinibatches is not guessed at.
  expect(fake.stderr.lines).toEqual([
    'lockstep: --config no.json: cannot be read: ENOENT: no such file or directory',
    '--gamma 2: gamma is 2; it must be a finite number from 0 to 1, or a list with one value per ' +
      'agent',
  ]);
  expect(fake.log).toEqual([]);
});

test('--print-config prints what --config reads, and opens no device', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --hidden-sizes 8,4 --print-config')).toBe(0);
  const printed = fake.stdout.text;
  expect(fake.log).toEqual([]);
  expect(fake.stderr.text).toBe('');
  expect(JSON.parse(printed)).toEqual({
    ...DEFAULT_CONFIG,
    ...TINY_ENVIRONMENT.defaults,
    hiddenSizes: [8, 4],
  });
  expect(printed).toContain('\n  "hiddenSizes": [8, 4],\n');

  const again = new FakeProcess();
  again.files['printed.json'] = printed;
  await again.run('train Tiny-v0 --config printed.json --print-config');
  expect(again.stdout.text).toBe(printed);
});

test('--print-config refuses as a run would', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --num-envs 0 --print-config')).toBe(2);
  expect(fake.stdout.text).toBe('');
});

test('no adapter is refused with 2', async () => {
  const fake = new FakeProcess();
  fake.noAdapter = new GpuError('no adapter; install x');
  expect(await fake.run('train Tiny-v0')).toBe(2);
  expect(fake.stderr.text).toBe('lockstep: no adapter; install x\n');
});

test.each([
  [Object.assign(new Error('needs 3, has 2'), { name: 'LimitError' }), 2],
  [new ConfigError(['seed is odd']), 2],
  [new GpuError('the device was lost'), 1],
  [new TypeError('a mistake of ours'), 1],
])('%s while the trainer is made exits with %i and closes the device', async (failure, code) => {
  const fake = new FakeProcess();
  fake.failure = failure;
  expect(await fake.run('train Tiny-v0')).toBe(code);
  expect(fake.log.at(-1)).toBe('destroy');
  expect(fake.stderr.lines.at(-1)).toBe(`lockstep: ${failure.message}`);
});

test('a failure between iterations keeps the progress line and exits with 1', async () => {
  const fake = new FakeProcess();
  fake.afterReport = () => {
    throw new GpuError('the device was lost');
  };
  expect(await fake.run('train Tiny-v0')).toBe(1);
  expect(fake.stderr.text).toMatch(/ETA -\nlockstep: the device was lost\n$/);
  expect(fake.log.at(-1)).toBe('destroy');
  expect(fake.interrupt).toBeUndefined();
});

test('--load, --reference and --save are tried before any device is opened', async () => {
  const fake = new FakeProcess();
  const flags = '--load aa --reference bbb --save cccc --num-steps 40';
  expect(await fake.run(`train Tiny-v0 ${flags}`)).toBe(0);
  expect(fake.log).toEqual([
    'check: cccc',
    'read for Tiny-v0 with 40 steps: aa',
    'read for Tiny-v0 with 40 steps: bbb',
    'open any',
    'train 10 x 40',
    'from 2',
    'beside 3',
    'write 1 2 of Tiny-v0: cccc',
    'evaluate 100 greedy',
    'destroy',
  ]);
  expect(fake.stderr.text).toContain('policy saved to cccc\n');
  expect(fake.stderr.text).not.toContain('warning');
});

test.each(['--load', '--reference', '--save'])(
  '%s of a bad file is refused with 2',
  async (flag) => {
    const fake = new FakeProcess();
    fake.badFiles = { aa: 'is truncated' };
    expect(await fake.run(`train Tiny-v0 ${flag} aa`)).toBe(2);
    expect(fake.stderr.text).toBe(`lockstep: ${flag} aa: is truncated\n`);
    expect(fake.log).not.toContain('open any');
  },
);

test('--print-config touches no file of parameters', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --load aa --save bb --print-config')).toBe(0);
  expect(fake.log).toEqual([]);
});

test('a file that cannot be written after all exits with 1 and its name', async () => {
  const fake = new FakeProcess();
  fake.afterReport = () => {
    fake.badFiles = { aa: 'no space left' };
  };
  expect(await fake.run('train Tiny-v0 --save aa')).toBe(1);
  expect(fake.stderr.lines.at(-1)).toBe('lockstep: --save aa: no space left');
  expect(fake.stdout.text).toContain('mean return  9.0 ± 1.0');
  expect(fake.log.at(-1)).toBe('destroy');
});

test('an evaluation that fails leaves the file and the summary, and exits with 1', async () => {
  const fake = new FakeProcess();
  fake.badEvaluation = 'the device was lost';
  expect(await fake.run('train Tiny-v0 --save aa --json')).toBe(1);
  expect(fake.log).toContain('write 1 2 of Tiny-v0: aa');
  expect(JSON.parse(fake.stdout.text)).toMatchObject({ iterations: 100, evaluation: null });
  expect(fake.stderr.text).toContain('mean return  not evaluated');
  expect(fake.stderr.lines.at(-1)).toBe(
    'lockstep: --episodes 100: the evaluation failed: the device was lost',
  );
});

test('all failures at the end are told', async () => {
  const fake = new FakeProcess();
  fake.badEvaluation = 'the device was lost';
  fake.afterReport = () => {
    fake.badFiles = { aa: 'no space left' };
  };
  expect(await fake.run('train Tiny-v0 --save aa')).toBe(1);
  expect(fake.stderr.lines.slice(-2)).toEqual([
    'lockstep: --save aa: no space left',
    '--episodes 100: the evaluation failed: the device was lost',
  ]);
});

test('more episodes than fit at once are played in parts', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --episodes 100000')).toBe(0);
  expect(fake.log.slice(2, 4)).toEqual(['evaluate 65536 greedy', 'evaluate 34464 greedy']);
  expect(fake.stdout.text).toContain('over 100000 greedy episodes');
});

const NOTHING_SEEN = { count: new Float64Array(1), mean: new Float64Array(1) };
const STATISTICS = { ...NOTHING_SEEN, variance: new Float64Array(1) };

test('--load with --norm-reward warns of a file without statistics of the returns', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --load aa --norm-reward')).toBe(0);
  expect(fake.stderr.text).toContain(
    'warning: --load aa: the file has no statistics of the returns (normReward); they start anew',
  );
  expect(fake.log).toContain('from 2');
});

test('--load with normalizers begins with those of the file, without a warning', async () => {
  const fake = new FakeProcess();
  fake.statistics = { observationStatistics: STATISTICS, returnStatistics: STATISTICS };
  expect(await fake.run('train Tiny-v0 --load aa --norm-obs --norm-reward')).toBe(0);
  expect(fake.stderr.text).not.toContain('warning');
  expect(fake.log).toContain('from 2');
});

test('--reference warns where its observations would be normalized in another way', async () => {
  const fake = new FakeProcess();
  fake.statistics = { observationStatistics: STATISTICS };
  const flags = '--norm-obs --ref-kl-coef 1';
  await fake.run(`train Tiny-v0 ${flags} --load aa --reference aa`);
  expect(fake.stderr.text).not.toContain('warning');
  await fake.run(`train Tiny-v0 ${flags} --load aa --reference bbb`);
  expect(fake.stderr.text).toContain('warning: --reference bbb: observations are normalized');
});

test('numbers that are not finite end the run with 1, its file and its line of JSON', async () => {
  const fake = new FakeProcess();
  fake.afterReport = ({ iteration }) => {
    if (iteration === 3) throw new NonFiniteError(3, 0, 'reward', 10);
  };
  expect(await fake.run('train Tiny-v0 --save aa --json')).toBe(1);
  expect(fake.log.slice(-3)).toEqual([
    'write 1 2 of Tiny-v0: aa',
    'evaluate 100 greedy',
    'destroy',
  ]);
  expect(fake.stdout.lines).toHaveLength(1);
  expect(JSON.parse(fake.stdout.text)).toMatchObject({
    iterations: 3,
    parametersSha256: PARAMETERS_SHA256,
    evaluation: { meanReturn: 9 },
    fault: { iteration: 3, agent: 0, quantity: 'reward', skipped: 10 },
  });
  expect(fake.stderr.lines.at(-1)).toMatch(
    /^lockstep: iteration 3, agent 0: reward is not finite; 10 updates in a row were skipped/,
  );
  expect(fake.interrupt).toBeUndefined();
});

test('the first fault of a run that goes on is told, once', async () => {
  const fake = new FakeProcess();
  fake.faultyFrom = 5;
  expect(await fake.run('train Tiny-v0 --quiet')).toBe(0);
  const warnings = fake.stderr.lines.filter((line) => line.startsWith('warning'));
  expect(warnings).toEqual([
    'warning: iteration 5, agent 0: entropy is not finite; 0 updates skipped',
  ]);
});

test('doctor prints its findings as text or JSON and closes the device', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('doctor --adapter pipe --unsafe-fast')).toBe(0);
  expect(await fake.run('doctor --json')).toBe(0);
  expect(fake.stdout.text).toBe('computes: ok\n{"computation":"ok"}\n');
  expect(fake.log).toEqual(['open pipe unsafe', 'destroy', 'open any', 'destroy']);
});

test('doctor --compile times the kernels of an environment instead', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('doctor --compile Tiny-v0')).toBe(0);
  expect(await fake.run('doctor Tiny-v0 --compile --json')).toBe(0);
  expect(await fake.run('doctor --compile ./my.mjs')).toBe(0);
  expect(fake.stdout.text).toBe(
    'compiled: Tiny-v0\n{"compiled":"Tiny-v0"}\ncompiled: of ./my.mjs\n',
  );
  expect(fake.log.length).toBe(6);
});

test('doctor --compile refuses what it does not know before any device is opened', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('doctor --compile Nowhere-v0')).toBe(2);
  // The default is none of the fake's.
  expect(await fake.run('doctor --compile')).toBe(2);
  expect(await fake.run('doctor Tiny-v0')).toBe(2);
  expect(fake.stderr.lines).toEqual([
    'lockstep: no environment Nowhere-v0',
    'lockstep: no environment CartPole-v1',
    'lockstep: lockstep doctor does not take the argument Tiny-v0',
  ]);
  expect(fake.log).toEqual([]);
});

test('doctor exits with 1 where the device computes wrong', async () => {
  const fake = new FakeProcess();
  fake.computation = 'the device computed 0';
  expect(await fake.run('doctor')).toBe(1);
  expect(fake.stdout.text).toBe('computes: the device computed 0\n');
});

test('envs, --version and --help need no device', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('envs')).toBe(0);
  expect(fake.stdout.text).toContain('Tiny-v0');
  expect(await fake.run('--version')).toBe(0);
  expect(fake.stdout.lines.at(-1)).toBe('1.2.3');
  expect(await fake.run('train --help')).toBe(0);
  for (const key of CONFIG_KEYS) {
    const { group } = CONFIG_FIELDS[key];
    const after = fake.stdout.text.split(`\n  ${CONFIG_GROUPS[group]}\n`)[1];
    expect(after?.split('\n\n')[0]).toContain(`    ${flagOf(key)} `);
  }
  expect(fake.log).toEqual([]);
});

test('a checkpoint that cannot be written is told at once, and the code is 1', async () => {
  const fake = new FakeProcess();
  fake.badRun = 'runs/new/checkpoints/x: cannot be written: ENOSPC: no space left on device';
  expect(await fake.run('train Tiny-v0 --save-interval 40')).toBe(1);
  const lines = fake.stderr.lines.filter((line) => line.includes('ENOSPC'));
  expect(lines).toEqual([`warning: ${fake.badRun}; training goes on`, `lockstep: ${fake.badRun}`]);
  expect(fake.stdout.text).toContain('mean return');
  expect(fake.kept.at(-1)).toBe('close');
});

test('a run is kept in a folder, with checkpoints, notes and its result', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --save-interval 40 --keep 2')).toBe(0);
  const path = 'runs/Tiny-v0-1-1';
  expect(fake.kept.slice(0, 3)).toEqual([
    `check ${path}: number`,
    `${path}: new, keeps 2`,
    'checkpoint 40',
  ]);
  expect(fake.kept.slice(-4)).toEqual(['checkpoint 100', 'best', 'summary', 'close']);
  expect(fake.logged.map(({ type }) => type).filter((type) => type !== 'iteration')).toEqual([
    ...['start', 'evaluation', 'end'],
  ]);
  expect(fake.stderr.text).toContain(
    `run folder: ${path}; continue later: lockstep train --resume ${path}\n`,
  );
});

test('--no-save keeps nothing', async () => {
  const fake = new FakeProcess();
  expect(await fake.run('train Tiny-v0 --no-save')).toBe(0);
  expect([fake.kept, fake.logged]).toEqual([[], []]);
});

test('a device that fails while it trains leaves what was logged', async () => {
  const fake = new FakeProcess();
  fake.afterReport = ({ iteration }) => {
    if (iteration === 3) throw new GpuError('the device was lost');
  };
  expect(await fake.run('train Tiny-v0')).toBe(1);
  expect(fake.stderr.lines.at(-1)).toBe('lockstep: the device was lost');
  expect(fake.logged.at(-1)).toMatchObject({ type: 'end', reason: 'failed' });
  expect(fake.kept.at(-1)).toBe('close');
});

test('a last checkpoint that cannot be written is told once', async () => {
  const fake = new FakeProcess();
  fake.badRun = 'x: cannot be written: ENOSPC';
  expect(await fake.run('train Tiny-v0 --save-interval 1000')).toBe(1);
  expect(fake.stderr.lines.filter((line) => line.includes('ENOSPC'))).toEqual([
    `lockstep: ${fake.badRun}`,
  ]);
});

test('a fault is told even if the device fails afterwards', async () => {
  const fake = new FakeProcess();
  fake.badPolicy = new GpuError('the device was lost');
  fake.afterReport = () => {
    throw new NonFiniteError(1, 0, 'reward', 10);
  };
  expect(await fake.run('train Tiny-v0')).toBe(1);
  expect(fake.stderr.lines.slice(-2)).toEqual([
    expect.stringMatching(/^lockstep: iteration 1, agent 0: reward is not finite/),
    'the device was lost',
  ]);
});

test('a warning does not stand in the line of the progress', async () => {
  const fake = new FakeProcess(new Recorder(true, 80));
  fake.badRun = 'x: cannot be written: ENOSPC';
  await fake.run('train Tiny-v0 --save-interval 40');
  const lines = fake.stderr.text.replaceAll('\r\x1b[K', '\n').split('\n');
  expect(lines).toContain(`warning: ${fake.badRun}; training goes on`);
});

test('paths in commands are quoted', async () => {
  const fake = new FakeProcess();
  fake.checkpoint = checkpointOf(3);
  await fake.run('train --resume my\u00a0runs/');
  const again = 'lockstep train --resume "my\u00a0runs/"';
  expect(fake.stderr.text.split(again).length).toBe(3);
});

/** Of a run of ten iterations, of which some are finished. */
function checkpointOf(iteration: number): Checkpoint {
  const config = completeConfig(TINY_ENVIRONMENT.defaults);
  const snapshot = { ...SNAPSHOT, config, counters: { ...SNAPSHOT.counters, iteration } };
  return { environment: TINY_ENVIRONMENT, snapshot } as Checkpoint;
}

test.each([
  ['--num-envs 20', 'numEnvs is 10 and cannot change to 20 when a run is resumed'],
  ['./other.mjs', 'environment of ./other.mjs differs from that of the checkpoint, Tiny-v0, in id'],
  [
    '--total-timesteps 1400',
    'the run has taken 1400 of 1400 timesteps; to continue, raise --total',
  ],
  [
    '--stop-after-iterations 7',
    '--stop-after-iterations 7: the run has finished 7 iterations; the number must be higher',
  ],
  ['--run-dir ./old', '--run-dir ./old: leave it out to go on in the folder of --resume'],
])('train --resume old/ %s is refused before any device is opened', async (words, message) => {
  const fake = new FakeProcess();
  fake.checkpoint = checkpointOf(7);
  expect(await fake.run(`train ${words} --resume old/`)).toBe(2);
  expect(fake.stderr.text).toContain(message);
  expect([fake.log, fake.kept]).toEqual([[], []]);
});
