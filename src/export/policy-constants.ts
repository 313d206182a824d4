/** Numbers of the policy's formulas, which the shaders have, too. */

/** Logit of what a mask forbids; its probability is 0 (shaders/distributions/mask.wesl). */
export const FORBIDDEN_LOGIT = Math.fround(-1e30);
/** log(2π) / 2, of the normal distribution's density. */
export const HALF_LOG_TWO_PI = 0.9189385332046727;
/** ε of the layer normalization (shaders/kernels/layer-norm-forward.wesl). */
export const NORM_EPSILON = 1e-5;
