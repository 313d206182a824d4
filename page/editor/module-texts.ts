/** The modules of the environments as their authors wrote them; scripts/page.mjs fills them in. */

/** The texts of the files of shaders/environments by their paths. */
export const MODULE_TEXTS: Readonly<Record<string, string>> = {};
