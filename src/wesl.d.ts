/** A shader file is imported as its text (esbuild's text loader, a plugin in vitest.config.ts). */
declare module '*.wesl' {
  const text: string;
  export default text;
}
