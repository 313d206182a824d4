// A program whose types know Symbol.dispose; those of program.mts do not.
import { createTrainer, findEnvironment } from 'lockstep-ppo';
import { requestNodeGpu } from 'lockstep-ppo/node';

using gpu = await requestNodeGpu();
using trainer = await createTrainer({ gpu, environment: findEnvironment('CartPole-v1') });
export const disposables: readonly Disposable[] = [gpu, trainer];
// @ts-expect-error environments hold nothing that must be freed
using _environment = findEnvironment('CartPole-v1');
