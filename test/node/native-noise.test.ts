import { afterAll, describe, expect, it } from 'vitest';
import { withoutNoise } from '../../src/node/native-noise';
import { ChildProgram } from '../support/child';

const NOISE =
  'Warning: maxDynamicUniformBuffersPerPipelineLayout artificially reduced from 1000000 to 16 ' +
  'to fit dynamic offset allocation limit.';

describe('the known noise', () => {
  it('is taken out line by line', () => {
    expect(withoutNoise(`one\n${NOISE}\ntwo`)).toBe('one\ntwo');
    expect(withoutNoise(`${NOISE}\n`)).toBe('');
    expect(withoutNoise('Warning: Found no drivers!\n')).toBe('Warning: Found no drivers!\n');
  });
});

describe.skipIf(process.platform !== 'linux')('standard error during a native call (Linux)', () => {
  const program = new ChildProgram(`
    import { writeSync } from 'node:fs';
    import { runQuietly } from './src/node/native-noise';
    writeSync(2, 'before\\n');
    const value = runQuietly(
      () => { writeSync(2, ${JSON.stringify(`${NOISE}\ncomplaint\n`)}); return 'value'; },
      (text) => writeSync(2, 'heard ' + text),
    );
    writeSync(2, value + '\\n');
    try { runQuietly(() => { throw new Error('thrown'); }, () => {}); }
    catch (error) { console.error(error.message); }
  `);
  afterAll(() => program.remove());

  const quiet = 'before\nheard complaint\nvalue\nthrown\n';
  const untouched = `before\n${NOISE}\ncomplaint\nvalue\nthrown\n`;

  it('is heard and not shown with a pipe', () => {
    expect(program.run('$PROGRAM 2>&1 >/dev/null | cat').stdout).toBe(quiet);
  });

  it('is heard and not shown with a file that is appended to', () => {
    const command = 'f=$FOLDER/a; echo first > $f; $PROGRAM 2>> $f; echo last >> $f; cat $f';
    expect(program.run(command).stdout).toBe(`first\n${quiet}last\n`);
  });

  it('stays in place in a file whose position is shared', () => {
    const command = 'f=$FOLDER/b; { echo first; $PROGRAM 2>&1; echo last; } > $f; cat $f';
    expect(program.run(command).stdout).toBe(`first\n${untouched}last\n`);
  });

  it('stays in place where no file can be written', () => {
    const command = 'TMPDIR=/proc $PROGRAM 2>&1 >/dev/null | cat';
    expect(program.run(command).stdout).toBe(untouched);
  });

  it('stays in place with LOCKSTEP_DEBUG', () => {
    const command = 'LOCKSTEP_DEBUG=1 $PROGRAM 2>&1 >/dev/null | cat';
    expect(program.run(command).stdout).toBe(untouched);
  });
});
