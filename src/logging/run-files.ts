/** The files that a run leaves behind, wherever they are kept. */

/** A file that was read. */
export interface ReadFile {
  readonly bytes: Uint8Array;
  /** When it was written last, in milliseconds since 1970. */
  readonly modified: number;
}

/** A tree of folders, for reading. Paths have slashes. */
export interface RunFiles {
  /** Names of the folders in a folder; rejects where it cannot be read. */
  folders(path: string): Promise<readonly string[]>;
  /** A file; undefined where there is none. Rejects where it cannot be read. */
  read(path: string): Promise<ReadFile | undefined>;
}
