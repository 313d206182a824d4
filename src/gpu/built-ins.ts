/**
 * Declarations that stand in for what a WGSL extension has built in and the linker does not know. Each is a
 * line of its own under a line `// built in`; a program means what it should without them.
 */
const MARKED = /\/\/ built in\s*\n[^\n]*/g;

/** The text without them; what is left keeps its place. */
export function hideBuiltIns(wgsl: string): string {
  return wgsl.replace(MARKED, (text) => text.replace(/[^\n]/g, ' '));
}
