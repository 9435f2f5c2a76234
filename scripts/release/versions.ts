/**
 * Stable versions have even minors; odd ones are the pre-release channel of the Marketplace, which takes numbers alone and offers whoever uses the channel
 * the highest one. @see https://code.visualstudio.com/api/working-with-extensions/publishing-extension#prerelease-extensions
 */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** The largest thing that changed since the last release. */
export type Change = 'breaking' | 'feature' | 'fix';

/** Throws a TypeError for what is no `major.minor.patch`. */
export function parseVersion(text: string): Version {
  const [, major, minor, patch] = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(text) ?? [];
  if (patch === undefined) throw new TypeError(`${JSON.stringify(text)} is not a version: write major.minor.patch, as 1.4.0.`);
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

export function formatVersion({ major, minor, patch }: Version): string {
  return [major, minor, patch].join('.');
}

export function isStable({ minor }: Version): boolean {
  return minor % 2 === 0;
}

/** The stable version after `now`. */
export function nextStable(now: Version, change: Change): Version {
  if (change === 'breaking') return { major: now.major + 1, minor: 0, patch: 0 };
  if (!isStable(now)) return { ...now, minor: now.minor + 1, patch: 0 };
  return change === 'feature' ? { ...now, minor: now.minor + 2, patch: 0 } : { ...now, patch: now.patch + 1 };
}

/**
 * Above the last stable version and its patches, below the next one. `build` only grows (the number of commits on main), also after a patch of the stable
 * line.
 */
export function preRelease({ major, minor }: Version, build: number): Version {
  return { major, minor: minor % 2 === 0 ? minor + 1 : minor, patch: build };
}
