/** The part of gifenc that is used; it comes without types. */
declare module 'gifenc' {
  interface FrameOptions {
    /** Colors as [red, green, blue]; needed for the first frame, which all others share. */
    readonly palette?: readonly (readonly number[])[];
    /** Milliseconds, rounded to hundredths of a second. */
    readonly delay?: number;
    /** Whether `transparentIndex` lets the previous frame through. */
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
    /** 1: the next frame is painted over this one. */
    readonly dispose?: number;
    /** Bits of an index. */
    readonly colorDepth?: number;
  }

  interface Encoder {
    writeFrame(indices: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
    /** The bytes so far, in the encoder's own memory. */
    bytesView(): Uint8Array;
  }

  export function GIFEncoder(): Encoder;
}
