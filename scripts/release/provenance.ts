/** A file that is released. */
export interface Subject {
  readonly name: string;
  readonly sha256: string;
}

/** From which commit, by whom. */
export interface Origin {
  readonly repository: string;
  readonly commit: string;
  readonly ref: string;
  /** URI of what built it: a workflow, or a person's machine. */
  readonly builder: string;
  readonly startedAt: Date;
}

/**
 * What an attestation signs: which files came from which commit.
 * @see https://slsa.dev/spec/v1.0/provenance and https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 */
export function provenanceOf(subjects: readonly Subject[], { repository, commit, ref, builder, startedAt }: Origin): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: `${repository}/blob/main/docs/deployment.md#the-build`,
        externalParameters: { repository, ref },
        resolvedDependencies: [{ uri: `git+${repository}@${ref}`, digest: { gitCommit: commit } }],
      },
      runDetails: { builder: { id: builder }, metadata: { startedOn: startedAt.toISOString() } },
    },
  };
}
