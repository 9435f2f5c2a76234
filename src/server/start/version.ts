/** Replaced by the version of package.json when the bundle is built. */
declare const PILOT_VERSION: string;

export const VERSION = PILOT_VERSION;
