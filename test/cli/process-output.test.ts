/** A standard stream that takes all of a text or keeps what went wrong. */
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ChildProgram } from '../support/child';

describe.skipIf(process.platform === 'win32')('what is written to a descriptor', () => {
  const program = new ChildProgram(`
    import { ProcessOutput } from './src/cli/process-output';
    const output = new ProcessOutput(1);
    output.write(('-'.repeat(99) + '\\n').repeat(30));
    await output.flush();
    console.error(output.failure?.message ?? 'arrived', output.isTTY, output.columns);
  `);
  afterAll(() => program.remove());

  it('arrives in a file and in a pipe', () => {
    const command = '$PROGRAM > $FOLDER/all; wc -c < $FOLDER/all; $PROGRAM | wc -c';
    expect(program.run(command).stdout).toMatch(/^3000\n3000\n$/);
  });

  it('is lost with a reason where a file may not become that large', () => {
    // Blocks of 1,024 bytes: there is room for a part of the text, which the system writes first.
    const command = 'ulimit -f 1; $PROGRAM 2>&1 > $FOLDER/part; wc -c < $FOLDER/part';
    expect(program.run(command).stdout).toBe(
      'EFBIG: file too large, write false undefined\n1024\n',
    );
  });

  it('is nobody’s loss where the reader has gone away', () => {
    const command = '{ sleep 1; $PROGRAM; } 2>&1 > >(true) | cat';
    expect(program.run(command).stdout).toBe('arrived false undefined\n');
  });
});

describe.runIf(existsSync('/dev/full'))('a full disk (/dev/full)', () => {
  const program = new ChildProgram(`
    import { ProcessOutput } from './src/cli/process-output';
    const output = new ProcessOutput(1);
    output.write('text');
    console.error(output.failure?.message);
  `);
  afterAll(() => program.remove());

  it('is a failure', () => {
    expect(program.run('$PROGRAM 2>&1 > /dev/full').stdout).toBe(
      'ENOSPC: no space left on device, write\n',
    );
  });
});
