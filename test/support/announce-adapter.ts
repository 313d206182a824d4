import { ChildProgram } from './child';

/**
 * Prints once per run the adapter of the suites, which fail one by one without any. A separate
 * process opens it, and its standard error is dropped: Dawn prints the same for every adapter.
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
