import { ChildProgram } from './child';

/**
 * Says once per run which adapter the suites compute on; they fail one by one without any. A process of
 * its own opens it, whose standard error is left out: Dawn says the same of every adapter.
 */
export function setup(): void {
  const program = new ChildProgram(`
    import { requestNodeGpu } from './src/node/dawn';
    const found = requestNodeGpu().then(({ adapter }) => 'adapter: ' + adapter.name);
    console.log(await found.catch(String));
    process.exit();
  `);
  console.log(program.run('$PROGRAM').stdout.trimEnd());
  program.remove();
}
