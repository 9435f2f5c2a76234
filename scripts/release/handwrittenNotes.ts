import { registerPlugin } from 'release-please';
import type { CandidateReleasePullRequest } from 'release-please/build/src/manifest.js';
import { ManifestPlugin } from 'release-please/build/src/plugin.js';
import { handwrittenNotes, withRelease } from './notes.ts';

const CHANGELOG = 'CHANGELOG.md';

/** Notes that a person wrote under `## Unreleased` become those of the release, instead of the subjects of its commits. */
class HandwrittenNotes extends ManifestPlugin {
  override async run(candidates: CandidateReleasePullRequest[]): Promise<CandidateReleasePullRequest[]> {
    const { parsedContent } = await this.github.getFileContentsOnBranch(CHANGELOG, this.targetBranch);
    const notes = handwrittenNotes(parsedContent);
    if (notes === undefined) return candidates;
    for (const { pullRequest } of candidates) {
      for (const release of pullRequest.body.releaseData) {
        const heading = /^## .*$/m.exec(release.notes)?.[0];
        if (heading === undefined) throw new Error('release-please wrote notes without a heading.');
        const section = `${heading}\n\n${notes}`;
        release.notes = section;
        for (const update of pullRequest.updates.filter((one) => one.path === CHANGELOG))
          update.updater = { updateContent: (content) => withRelease(section, content ?? '') };
      }
    }
    return candidates;
  }
}

/** Makes `handwritten-notes` a plugin that the configuration of release-please can name. */
export function registerHandwrittenNotes(): void {
  registerPlugin('handwritten-notes', (options) => new HandwrittenNotes(options.github, options.targetBranch, options.repositoryConfig));
}
