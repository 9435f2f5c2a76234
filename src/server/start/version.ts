/** Replaced by the version of package.json when the bundle is built. */
declare const PILOT_VERSION: string;

/** Of the package; the build writes it in. */
export const VERSION = PILOT_VERSION;
