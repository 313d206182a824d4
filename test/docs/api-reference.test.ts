/** The API reference, which `npm run docs` writes to docs/api out of the doc comments. */
import {
  Application,
  Logger,
  LogLevel,
  ReflectionKind,
  TSConfigReader,
  TypeDocReader,
} from 'typedoc';
import { expect, test } from 'vitest';

/** Keeps warnings and errors. */
class Problems extends Logger {
  readonly texts: string[] = [];

  override log(text: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.texts.push(text);
  }
}

test('is made without warnings, with a page for each entry of the package', async () => {
  const problems = new Problems();
  const app = await Application.bootstrap({}, [new TypeDocReader(), new TSConfigReader()]);
  app.logger = problems;
  const project = (await app.convert())!;
  app.validate(project);
  expect(problems.texts).toEqual([]);
  const modules = project.getChildrenByKind(ReflectionKind.Module);
  const names = ['lockstep-ppo', 'lockstep-ppo/environments', 'lockstep-ppo/node'];
  expect(modules.map(({ name }) => name).sort()).toEqual(names);
});
