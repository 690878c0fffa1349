export const MANIFEST_FILE = 'manifest.json';
export const MANIFEST_FORMAT = 'infogan-kit/model';
/** Raised when a reader of an older manifest could misread a newer one. */
export const MANIFEST_VERSION = 1;

/** The graph input that holds all continuous codes side by side, in the order of the spec. */
export const CONTINUOUS_INPUT = 'c';
