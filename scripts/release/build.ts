import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { npmTool } from '../../test/harness/npmTools.ts';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';
import { notesFor } from './notes.ts';
import { provenanceOf } from './provenance.ts';
import { isStable, parseVersion } from './versions.ts';

/**
 * `npm run release:build`: everything that a release consists of, made once, in release/: the VSIX, the npm package, the bundle for desktop clients, what
 * the MCP registry is told, the SBOM, the notes, checksums, and the statement of provenance that gets signed. An odd minor makes a pre-release.
 */
const { values } = parseArgs({ options: { out: { type: 'string', default: path.join(ROOT, 'release') } } });
const startedAt = new Date();
const { version, repository } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  repository: { url: string };
};
const preRelease = !isStable(parseVersion(version));
const out = path.resolve(values.out);
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const node = (...args: string[]): Promise<string> => run(process.execPath, args, { cwd: ROOT });
await node('esbuild.js');
await node('scripts/licenses.ts');
const vsix = path.join(out, `mysql-pilot-${version}.vsix`);
await node('node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', ...(preRelease ? ['--pre-release'] : []), '--out', vsix);
await node('scripts/vsixFiles.ts', vsix);
await node('scripts/packageServer.ts');
await run('npm', ['pack', path.join(ROOT, 'dist/npm'), '--pack-destination', out], { cwd: ROOT });
await node(await npmTool('mcpb'), 'pack', 'dist/mcpb', path.join(out, `mysql-pilot-${version}.mcpb`));
await copyFile(path.join(ROOT, 'dist/server.json'), path.join(out, 'server.json'));
await node('scripts/sbom.ts', '--out', path.join(out, 'sbom.cdx.json'));

const subjects = await Promise.all(
  (await readdir(out)).sort().map(async (name) => ({
    name,
    sha256: createHash('sha256')
      .update(await readFile(path.join(out, name)))
      .digest('hex'),
  })),
);
await writeFile(path.join(out, 'SHA256SUMS'), subjects.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join(''));
const { GITHUB_SERVER_URL, GITHUB_WORKFLOW_REF } = process.env;
const statement = provenanceOf(subjects, {
  repository: repository.url.replace(/\.git$/, ''),
  commit: (await run('git', ['rev-parse', 'HEAD'], { cwd: ROOT })).trim(),
  ref: preRelease ? 'refs/heads/main' : `refs/tags/v${version}`,
  builder: GITHUB_WORKFLOW_REF === undefined ? 'https://localhost' : `${GITHUB_SERVER_URL ?? ''}/${GITHUB_WORKFLOW_REF}`,
  startedAt,
});
await writeFile(path.join(out, 'provenance.json'), `${JSON.stringify(statement, undefined, 2)}\n`);
const notes = preRelease
  ? 'A pre-release from main: what the next stable version will have.'
  : notesFor(version, await readFile(path.join(ROOT, 'CHANGELOG.md'), 'utf8'));
await writeFile(path.join(out, 'notes.md'), `${notes}\n`);
for (const { name, sha256 } of subjects) console.log(`${sha256}  ${name}`);
