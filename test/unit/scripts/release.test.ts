import assert from 'node:assert/strict';
import { notesFor } from '../../../scripts/release/notes.ts';
import { provenanceOf } from '../../../scripts/release/provenance.ts';

suite('what a release tells', () => {
  const changelog =
    '# Changelog\n\n## [0.4.0](https://x/compare/v0.2.0...v0.4.0) (2026-12-01)\n\n### Features\n\n* more\n\n## 0.2.0 (2026-11-23)\n\n### Features\n\n* all\n';

  test('the notes are the section of the version, and a missing one is an error', () => {
    assert.equal(notesFor('0.4.0', changelog), '## [0.4.0](https://x/compare/v0.2.0...v0.4.0) (2026-12-01)\n\n### Features\n\n* more');
    assert.equal(notesFor('0.2.0', changelog), '## 0.2.0 (2026-11-23)\n\n### Features\n\n* all');
    assert.throws(() => notesFor('0.2', changelog), /no section about 0\.2:/);
    assert.throws(() => notesFor('0.6.0', changelog), /no section/);
  });

  test('the statement names each file by its checksum, and the commit', () => {
    const statement = provenanceOf([{ name: 'a.vsix', sha256: 'ab12' }], {
      repository: 'https://github.com/o/r',
      commit: 'c0ffee',
      ref: 'refs/tags/v0.2.0',
      builder: 'https://github.com/o/r/.github/workflows/release.yml@refs/tags/v0.2.0',
      startedAt: new Date(0),
    });
    assert.deepEqual(statement, {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'a.vsix', digest: { sha256: 'ab12' } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://github.com/o/r/blob/main/docs/deployment.md#the-build',
          externalParameters: { repository: 'https://github.com/o/r', ref: 'refs/tags/v0.2.0' },
          resolvedDependencies: [{ uri: 'git+https://github.com/o/r@refs/tags/v0.2.0', digest: { gitCommit: 'c0ffee' } }],
        },
        runDetails: {
          builder: { id: 'https://github.com/o/r/.github/workflows/release.yml@refs/tags/v0.2.0' },
          metadata: { startedOn: '1970-01-01T00:00:00.000Z' },
        },
      },
    });
  });
});
