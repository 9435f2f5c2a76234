import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  Manifest,
  registerVersioningStrategy,
  setLogger,
  type ConventionalCommit,
  type VersioningStrategyFactoryOptions,
} from 'release-please';
import type { GitHubApi } from 'release-please/build/src/github-api.js';
import { LocalGitHub } from 'release-please/build/src/local-github.js';
import type { ReleasePullRequest } from 'release-please/build/src/release-pull-request.js';
import type { Scm } from 'release-please/build/src/scm.js';
import type { Version as TheirVersion } from 'release-please/build/src/version.js';
import { Version } from 'release-please/build/src/version.js';
import {
  CustomVersionUpdate,
  MajorVersionUpdate,
  MinorVersionUpdate,
  type VersionUpdater,
} from 'release-please/build/src/versioning-strategy.js';
import { DefaultVersioningStrategy } from 'release-please/build/src/versioning-strategies/default.js';
import { registerHandwrittenNotes } from './handwrittenNotes.ts';
import { logger } from './logger.ts';
import { formatVersion, nextStable, type Change } from './versions.ts';

export const REPOSITORY = { owner: 'mysql-pilot', repo: 'mysql-pilot', defaultBranch: 'main' };
const CONFIG = '.github/release-please-config.json';
const MANIFEST = '.github/release-please-manifest.json';

/** Versions that have a tag, of each repository that is looked at: a hotfix may have taken the number that main would come to. */
const TAKEN = new WeakMap<object, ReadonlySet<string>>();

/** release-please's reading of the commits, with our steps: `feat` raises the minor by two. The action cannot be told of it, the library can. */
class EvenMinors extends DefaultVersioningStrategy {
  readonly #taken: ReadonlySet<string>;

  constructor(options: VersioningStrategyFactoryOptions) {
    super(options);
    this.#taken = TAKEN.get(options.github) ?? new Set();
  }

  override determineReleaseType(version: TheirVersion, commits: ConventionalCommit[]): VersionUpdater {
    const update = super.determineReleaseType(version, commits);
    if (update instanceof CustomVersionUpdate) return update; // somebody wrote Release-As
    const change: Change = update instanceof MajorVersionUpdate ? 'breaking' : update instanceof MinorVersionUpdate ? 'feature' : 'fix';
    return {
      bump: (now) => {
        let next = nextStable(now, change);
        while (this.#taken.has(formatVersion(next))) next = nextStable(next, 'fix');
        return Version.parse(formatVersion(next));
      },
    };
  }
}
setLogger(logger);
registerVersioningStrategy('even-minors', (options) => new EvenMinors(options));
registerHandwrittenNotes();

/** The manifest of the branch as release-please reads it: from GitHub or from a clone. */
export async function manifestOf(scm: Scm, branch: string): Promise<Manifest> {
  const taken = new Set<string>();
  for await (const { name } of scm.tagIterator()) taken.add(name.replace(/^v/, ''));
  TAKEN.set(scm, taken);
  return Manifest.fromManifest(scm, branch, CONFIG, MANIFEST, { logger });
}

/** What the branch of a clone would be released as; undefined if no commit since the last tag asks for a release. Reads commits, files and tags alone. */
export async function planRelease(clone: string, branch: string): Promise<ReleasePullRequest | undefined> {
  const nothing = async function* (): AsyncGenerator<never, void, void> {
    // A clone has no pull requests, and releases are known by their tags.
  };
  const api = { repository: REPOSITORY, pullRequestIterator: nothing, releaseIterator: nothing } as unknown as GitHubApi;
  const manifest = await manifestOf(new LocalGitHub(REPOSITORY, api, clone, { logger }), branch);
  const [plan] = await manifest.buildPullRequests();
  return plan;
}

/** Does to the files of a clone what the release's pull request would do. */
export function applyRelease({ updates }: ReleasePullRequest, clone: string): void {
  for (const { path: name, createIfMissing, updater } of updates) {
    const file = path.join(clone, name);
    const text = readIfThere(file);
    if (text !== undefined || createIfMissing) writeFileSync(file, updater.updateContent(text, logger));
  }
}

/** What changed, as the changelog has it. */
export function notesOf({ body }: ReleasePullRequest): string {
  return body.releaseData.map(({ notes }) => notes).join('\n');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
