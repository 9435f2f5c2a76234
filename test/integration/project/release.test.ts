import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { applyRelease, notesOf, planRelease } from '../../../scripts/release/plan.ts';
import { checkedOut, recordFullRun } from '../../../scripts/release/tested.ts';
import { full } from '../../harness/depth.ts';
import { npmLibrary } from '../../harness/npmTools.ts';
import { ROOT } from '../../harness/root.ts';
import { run } from '../../harness/run.ts';
import { ScratchRepo } from '../../harness/scratchRepo.ts';
import { makeKey, sshProgram } from '../../harness/servers/sshServer.ts';

suite('releases', function () {
  this.timeout(180_000); // tools may have to be fetched
  let repo: ScratchRepo;

  setup(async () => {
    repo = await ScratchRepo.create('0.2.0');
  });
  teardown(() => repo.dispose());

  const script = (name: string, ...args: string[]): Promise<string> =>
    run(process.execPath, [path.join(ROOT, `scripts/release/${name}.ts`), '--repo', repo.folder, ...args]);
  const planned = async (): Promise<{ version: string; notes: string } | undefined> => {
    const plan = await planRelease(repo.folder, 'main');
    return plan && { version: plan.version?.toString() ?? '', notes: notesOf(plan) };
  };

  test('commits since the last tag decide the version, and what users notice is in the notes [P69]', async () => {
    await writeFile(path.join(repo.folder, 'CHANGELOG.md'), '# Changelog\n');
    await repo.commit('docs: nobody is told');
    assert.equal(await planned(), undefined, 'nothing that would be released');
    await repo.commit('fix: a cursor ends with its rows');
    const patch = await planned();
    assert.equal(patch?.version, '0.2.1');
    assert.match(patch.notes, /### Bug Fixes\n\n\* a cursor ends with its rows/);
    assert.ok(!patch.notes.includes('nobody is told'));
    await repo.commit('feat: a plan as a picture');
    assert.equal((await planned())?.version, '0.4.0');
    await repo.commit('feat!: answers are tables\n\nBREAKING CHANGE: what reads answers by line has to read tables.');
    const major = await planned();
    assert.equal(major?.version, '1.0.0');
    assert.match(major.notes, /BREAKING CHANGES\n\n\* what reads answers by line has to read tables\./);
    assert.match(major.notes, /### Features\n\n\* a plan as a picture .*\n\* answers are tables/s);
  });

  test('notes that a person wrote under "Unreleased" become those of the release, and leave no heading behind', async () => {
    const changelog = path.join(repo.folder, 'CHANGELOG.md');
    await writeFile(changelog, '# Changelog\n\n## Unreleased\n\nWhat it is.\n\n### Features\n\n- One.\n\n## 0.2.0 (2026-11-23)\n\nOld.\n');
    await repo.commit('feat: a subject that nobody should read');
    const plan = await planRelease(repo.folder, 'main');
    assert.ok(plan);
    assert.match(notesOf(plan), /^## \[0\.4\.0\].*\n\nWhat it is\.\n\n### Features\n\n- One\.$/);
    applyRelease(plan, repo.folder);
    assert.match(
      await readFile(changelog, 'utf8'),
      /^# Changelog\n\n## \[0\.4\.0\].*\n\nWhat it is\.\n\n### Features\n\n- One\.\n\n## 0\.2\.0 \(2026-11-23\)\n\nOld\.\n$/,
    );
  });

  full(
    test('a dry run makes everything and uploads nothing [P70]', async () => {
      await repo.commit('feat: a plan as a picture');
      await repo.commit('fix: a cursor ends with its rows');
      const out = path.join(ROOT, 'out/release-test');
      const record = path.join(repo.folder, '../', `${path.basename(repo.folder)}.json`);
      await assert.rejects(script('dry', '--quick', '--out', out, '--record', record), /A release needs a passed npm run test:full/);
      await recordFullRun(await checkedOut(repo.folder), { passed: 1, failed: 0 }, { repo: repo.folder, record });
      const said = await script('dry', '--quick', '--out', out, '--record', record);
      await rm(record);
      assert.match(said, /chore\(main\): release 0\.4\.0/);
      assert.match(said, /v0\.4\.0 is signed by a maintainer/);
      assert.match(said, /installed from there: mysql-pilot 0\.4\.0 with \d+ tools/);
      const files = path.join(out, 'files');
      assert.deepEqual((await readdir(files)).sort(), [
        'SHA256SUMS',
        'mysql-pilot-0.4.0.mcpb',
        'mysql-pilot-0.4.0.tgz',
        'mysql-pilot-0.4.0.vsix',
        'notes.md',
        'provenance.json',
        'sbom.cdx.json',
        'server.json',
      ]);
      assert.match(await readFile(path.join(files, 'notes.md'), 'utf8'), /^## \[0\.4\.0\].*### Features.*### Security/s);
      assert.doesNotMatch(await readFile(path.join(files, 'notes.md'), 'utf8'), /a plan as a picture|Unreleased/);
      const changelog = await readFile(path.join(out, 'tree/CHANGELOG.md'), 'utf8');
      assert.match(changelog, /^# Changelog\n\n## \[0\.4\.0\](?!.*^## Unreleased)/ms);
      const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(path.join(files, name), 'utf8'));
      const sums = (await readFile(path.join(files, 'SHA256SUMS'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => line.split('  '));
      const { subject } = (await read('provenance.json')) as { subject: { name: string; digest: { sha256: string } }[] };
      assert.deepEqual(
        subject.map(({ name, digest }) => [digest.sha256, name]),
        sums,
      );
      await checkSbom(await readFile(path.join(files, 'sbom.cdx.json'), 'utf8'));
      await writeFile(path.join(files, 'server.json'), (await readFile(path.join(files, 'server.json'), 'utf8')).replace('mysql', 'other'));
      await assert.rejects(
        run(process.execPath, [path.join(ROOT, 'scripts/release/publish.ts'), 'npm', '--from', files, '--registry', 'http://127.0.0.1:1']),
        /server\.json is not the file that was built/,
      );
    }),
  );

  test('a tag releases only if a key of main has signed it, and it fits the package [P71]', async () => {
    const keygen = await sshProgram('ssh-keygen');
    await repo.git('config', 'gpg.ssh.program', keygen.command);
    await repo.git('config', 'gpg.format', 'ssh');
    const keys = path.join(repo.folder, '.git/keys');
    const [trusted, stranger] = [path.join(keys, 'trusted'), path.join(keys, 'stranger')];
    const trustedKey = await makeKey(trusted);
    await writeFile(path.join(repo.folder, '.github/allowed_signers'), `maintainer@localhost ${trustedKey}`);
    await repo.setVersion('0.4.0');
    await repo.commit('chore(main): release 0.4.0');
    await repo.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    const tag = (name: string, ...how: string[]): Promise<string> => repo.git(...how, '--message', name, name);

    await tag('v0.4.0', 'tag', '--annotate');
    await assert.rejects(script('verify', 'v0.4.0'), /not signed by a key/);
    await repo.git('tag', '--delete', 'v0.4.0');
    await repo.git('tag', 'v0.4.0');
    await assert.rejects(script('verify', 'v0.4.0'), /not an annotated tag/);
    await repo.git('tag', '--delete', 'v0.4.0');
    await tag('v0.4.0', '-c', `user.signingKey=${trusted}`, 'tag', '--sign');
    assert.match(await script('verify', 'v0.4.0'), /signed by a maintainer/);
    await tag('v0.5.0', '-c', `user.signingKey=${trusted}`, 'tag', '--sign');
    await assert.rejects(script('verify', 'v0.5.0'), /not the version of package\.json[^]*odd minor/);

    // Somebody else's key, brought along in the commit that is tagged.
    await writeFile(path.join(repo.folder, '.github/allowed_signers'), `x@localhost ${await makeKey(stranger)}`);
    await repo.setVersion('0.6.0');
    await repo.commit('chore(main): release 0.6.0');
    await tag('v0.6.0', '-c', `user.signingKey=${stranger}`, 'tag', '--sign');
    await assert.rejects(script('verify', 'v0.6.0'), /neither on main nor on a hotfix branch[^]*not signed by a key/);
    await assert.rejects(script('verify', 'main'), /Name a tag/);
  });

  test('a hotfix starts at a released tag, and is released as its patch [P77]', async () => {
    await repo.commit('feat: not ready');
    assert.match(await script('hotfix', 'v0.2.0'), /hotfix\/0\.2 starts at v0\.2\.0/);
    await repo.git('checkout', '--quiet', 'hotfix/0.2');
    await repo.commit('fix: what hurts');
    const plan = await planRelease(repo.folder, 'hotfix/0.2');
    assert.equal(plan?.version?.toString(), '0.2.1');
    assert.ok(!notesOf(plan).includes('not ready'));
    await repo.git('tag', '--annotate', '--message', 'v0.2.1', 'v0.2.1');
    await repo.git('checkout', '--quiet', 'main');
    assert.equal((await planned())?.version, '0.4.0', 'main goes on from where it was');
    await repo.git('reset', '--quiet', '--hard', 'HEAD~1');
    await repo.commit('fix: what hurts');
    assert.equal((await planned())?.version, '0.2.2', 'and not by a number that the hotfix has');
    await assert.rejects(script('hotfix', 'v0.8.0'), /no tag v0\.8\.0/);
    await assert.rejects(script('hotfix', 'main'), /Name the tag/);
  });
});

interface Cyclonedx {
  readonly Spec: { readonly Version: Readonly<Record<string, string>> };
  readonly Validation: { readonly JsonStrictValidator: new (version: string) => { validate(text: string): Promise<unknown> } };
}

async function checkSbom(text: string): Promise<void> {
  const { Spec, Validation } = (await npmLibrary('cyclonedx', 'dist.node/index.node.js')) as Cyclonedx;
  const validator = new Validation.JsonStrictValidator(Spec.Version['v1dot6'] ?? '');
  assert.equal(await validator.validate(text), null);
  assert.notEqual(await validator.validate(text.replace('"library"', '"thing"')), null, 'the validator finds what is wrong');
  const { components } = JSON.parse(text) as { components: { name: string }[] };
  const names = new Set(components.map(({ name }) => name));
  for (const shipped of ['mysql2', 'ssh2', 'zod', 'lru-cache']) assert.ok(names.has(shipped), shipped);
  for (const tool of ['mocha', 'esbuild', 'release-please']) assert.ok(!names.has(tool), tool);
}
