const HANDWRITTEN = '## Unreleased';

/** The section of one version in a changelog that release-please writes; throws if there is none. */
export function notesFor(version: string, changelog: string): string {
  const section = sectionsOf(changelog).find((text) => text.startsWith(`## [${version}]`) || text.startsWith(`## ${version} `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section about ${version}: was the release's pull request merged?`);
  return section.trim();
}

/** What a person wrote about the next release, without its heading; undefined if nobody did. */
export function handwrittenNotes(changelog: string): string | undefined {
  const text = sectionsOf(changelog).find(isHandwritten)?.slice(HANDWRITTEN.length).trim();
  return text === '' ? undefined : text;
}

/** The changelog with `section` first, in place of the handwritten one. */
export function withRelease(section: string, changelog: string): string {
  const [title = '', ...sections] = sectionsOf(changelog);
  return `${[title, section, ...sections.filter((one) => !isHandwritten(one))].map((text) => text.trim()).join('\n\n')}\n`;
}

const sectionsOf = (changelog: string): readonly string[] => changelog.split(/^(?=## )/m);
const isHandwritten = (section: string): boolean => /^## Unreleased\s/.test(section);
