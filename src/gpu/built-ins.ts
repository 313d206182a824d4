/**
 * Stub declarations for WGSL extension built-ins, which the linker does not know; they are removed
 * after linking. Each is one line below a line `// built in`.
 */
const MARKED = /\/\/ built in\s*\n[^\n]*/g;

/** The text with the stubs blanked out; all other offsets stay the same. */
export function hideBuiltIns(wgsl: string): string {
  return wgsl.replace(MARKED, (text) => text.replace(/[^\n]/g, ' '));
}
