/** The section of one version in a changelog that release-please writes; throws if there is none. */
export function notesFor(version: string, changelog: string): string {
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find((text) => text.startsWith(`## [${version}]`) || text.startsWith(`## ${version} `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section about ${version}: was the release's pull request merged?`);
  return section.trim();
}
