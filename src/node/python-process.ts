/** A process of python/gymnasium_server.py, which is asked one thing after the other. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { packageFile } from './package-file';

/** Characters of standard error that an error shows, from its end. */
const SHOWN = 2000;
const LENGTH_BYTES = 4;

/** What the process answers. */
export interface PythonAnswer {
  readonly header: Readonly<Record<string, unknown>>;
  /** Little-endian, as all of the platforms that Node runs on. */
  readonly values: Float32Array;
}

/** What Python or an environment says is wrong, or how the process ended. */
export class PythonError extends Error {
  override readonly name: string = 'PythonError';

  /** @param refused whether what the user wants cannot be had, rather than something has failed */
  constructor(
    message: string,
    readonly refused: boolean,
  ) {
    super(message);
    // That of Python is in the message.
    this.stack = message;
  }
}

/** Processes that hang would outlive this one. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

interface Waiting {
  resolve(answer: PythonAnswer): void;
  reject(error: Error): void;
}

export class PythonProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting: Waiting[] = [];
  private received = Buffer.alloc(0);
  private pieces: Buffer[] = [];
  private piecesLength = 0;
  private stderr = '';
  private failure: PythonError | undefined;

  /** @param program Python's name or path */
  constructor(private readonly program: string) {
    const script = packageFile('python/gymnasium_server.py');
    this.child = spawn(program, ['-u', script], { stdio: 'pipe' });
    this.child.on('error', (error) => this.fail(this.notStarted(error)));
    this.child.on('close', (code, signal) => this.fail(this.ended(code, signal)));
    running.add(this.child);
    // A process that has ended says so itself.
    this.child.stdin.on('error', () => {});
    this.child.stdout.on('data', (piece: Buffer) => this.take(piece));
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-SHOWN);
    });
  }

  /** @throws PythonError, also when the process has ended. */
  ask(header: object, values: Float32Array = new Float32Array()): Promise<PythonAnswer> {
    if (this.failure) return Promise.reject(this.failure);
    const body = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const text = Buffer.from(JSON.stringify({ ...header, bytes: body.length }));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(text.length);
    this.child.stdin.write(Buffer.concat([length, text, body]));
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Ends the process, whatever it is doing. */
  close(): void {
    this.failure ??= new PythonError('the Python process is closed', false);
    running.delete(this.child);
    this.child.stdin.end();
    this.child.kill('SIGKILL');
  }

  private notStarted(error: Error): PythonError {
    const code = (error as NodeJS.ErrnoException).code ?? error.message;
    return new PythonError(
      `${this.program} cannot be started (${code}); install Python 3 with gymnasium, or name ` +
        'another Python (python; --python)',
      true,
    );
  }

  private ended(code: number | null, signal: string | null): PythonError {
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const said = this.stderr.trim();
    return new PythonError(
      `the Python process ended ${how}${said === '' ? '' : `; it wrote:\n${said}`}`,
      false,
    );
  }

  private fail(error: PythonError): void {
    running.delete(this.child);
    this.failure ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  /** Reads the answers that are whole. */
  private take(piece: Buffer): void {
    this.pieces.push(piece);
    this.piecesLength += piece.length;
    while (this.takeAnswer()) {}
  }

  private takeAnswer(): boolean {
    if (this.piecesLength + this.received.length < LENGTH_BYTES) return false;
    this.gather();
    const { received } = this;
    const begin = LENGTH_BYTES + received.readUInt32LE(0);
    if (received.length < begin) return false;
    const header = JSON.parse(received.toString('utf8', LENGTH_BYTES, begin));
    const end = begin + Number(header.bytes);
    if (received.length < end) return false;
    const { buffer, byteOffset } = received;
    const values = new Float32Array(
      buffer.slice(byteOffset + begin, byteOffset + end) as ArrayBuffer,
    );
    this.received = received.subarray(end);
    const { error, refused } = header as { error?: string; refused?: boolean };
    const waiting = this.waiting.shift();
    if (error === undefined) waiting?.resolve({ header, values });
    else waiting?.reject(new PythonError(error.trim(), refused === true));
    return true;
  }

  private gather(): void {
    if (this.pieces.length === 0) return;
    this.received = Buffer.concat([this.received, ...this.pieces]);
    this.pieces = [];
    this.piecesLength = 0;
  }
}
