export const MANIFEST_FILE = 'manifest.json';
export const MANIFEST_FORMAT = 'infogan-kit/model';
/** Raised when a reader of an older manifest could misread a newer one. */
export const MANIFEST_VERSION = 1;
