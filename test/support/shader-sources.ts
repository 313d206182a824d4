/** All shader modules of the library, by their paths under shaders/. */
import { loadShaders } from '../../src/shader-sources/load';

export const SHADER_SOURCES = await loadShaders();
