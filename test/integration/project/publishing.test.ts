import { strFromU8, unzipSync } from 'fflate';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { full } from '../../harness/depth.ts';
import { ROOT } from '../../harness/root.ts';
import { run } from '../../harness/run.ts';
import { ScratchRepo } from '../../harness/scratchRepo.ts';

interface Request {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/**
 * Our side of what happens at GitHub and at registries. They themselves cannot be had in a test: where a service answers, it is as its documentation says, and
 * docs/deployment.md marks what has never met the real one.
 */
suite('publishing', function () {
  this.timeout(120_000);
  let folder: string;

  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-publish-'));
  });
  teardown(() => rm(folder, { recursive: true }));

  const script = (
    name: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    cwd = ROOT,
  ): { code: number | null; said: string } => {
    const { GITHUB_TOKEN: _, GH_TOKEN: __, ...rest } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, [`scripts/${name}.ts`, ...args], {
      cwd,
      env: { ...rest, ...env },
      encoding: 'utf8',
    });
    return { code: status, said: stdout + stderr };
  };

  full(
    test('the registry gets what was built, for the identity of the workflow', async () => {
      const requests: Request[] = [];
      const answers: Readonly<Record<string, object>> = {
        '/token?a=1&audience=mcp-registry': { value: 'who-this-is' },
        '/v0/auth/github-oidc': { registry_token: 'for-minutes', expires_at: 0 },
        '/v0/publish': { status: 'ok' },
      };
      const server = await listen((request) => {
        requests.push(request);
        return answers[request.path];
      });
      const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      const told = '{ "name": "io.github.mysql-pilot/mysql-pilot", "version": "1.2.0" }';
      await writeFile(path.join(folder, 'server.json'), told);
      const sum = createHash('sha256').update(told).digest('hex');
      await writeFile(path.join(folder, 'SHA256SUMS'), `${sum}  server.json\n`);
      const env = { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?a=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner' };
      try {
        const publish = async (): Promise<string> =>
          run(process.execPath, ['scripts/release/publish.ts', 'registry', '--from', folder, '--registry', url], {
            cwd: ROOT,
            env: { ...process.env, ...env },
          });
        assert.match(await publish(), /The registry knows 1\.2\.0/);
        assert.deepEqual(requests, [
          { path: '/token?a=1&audience=mcp-registry', authorization: 'Bearer of-the-runner', body: '' },
          { path: '/v0/auth/github-oidc', authorization: undefined, body: '{"oidc_token":"who-this-is"}' },
          { path: '/v0/publish', authorization: 'Bearer for-minutes', body: told },
        ]);
        Object.assign(answers, { '/v0/publish': undefined });
        await assert.rejects(publish(), /\/v0\/publish answered 400/);
      } finally {
        server.close();
      }
      assert.match(script('release/publish', ['registry', '--from', folder]).said, /No identity: this runs in a GitHub workflow/);
      assert.match(script('release/publish', ['marketplace', '--from', folder]).said, /No identity/);
      assert.match(script('release/publish', ['elsewhere', '--from', folder]).said, /Say where: marketplace, openvsx, npm, registry/);
    }),
  );

  test('without the rights of a workflow nothing is opened, attested or released', () => {
    assert.match(script('release/pullRequest', []).said, /GITHUB_TOKEN is not set/);
    assert.match(script('release/githubRelease', ['main']).said, /Name a tag as v1\.2\.0/);
  });

  suite('what `gh` is asked', () => {
    /** A stand-in for GitHub's program: answers lists, and writes down what it was asked. */
    const withGh = async (
      lists: Readonly<Record<string, unknown>>,
    ): Promise<{ env: NodeJS.ProcessEnv; asked: () => Promise<string[][]> }> => {
      const log = path.join(folder, 'asked.jsonl');
      await writeFile(log, '');
      const program = `#!${process.execPath}
const args = process.argv.slice(2);
require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(args) + '\\n');
const lists = ${JSON.stringify(lists)};
if (args[1] === 'list') console.log(JSON.stringify(lists[args[0]] ?? []));
`;
      const file = path.join(folder, 'gh');
      await writeFile(file, program);
      await chmod(file, 0o755);
      return {
        env: { PATH: `${folder}${path.delimiter}${process.env['PATH'] ?? ''}` },
        asked: async () =>
          (await readFile(log, 'utf8'))
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as string[]),
      };
    };

    test('a release with its files, and the pull request of that version is done', async () => {
      const pulls = [
        { number: 7, title: 'chore(main): release 1.2.0' },
        { number: 8, title: 'chore(hotfix/1.0): release 1.0.1' },
      ];
      const { env, asked } = await withGh({ pr: pulls });
      const files = path.join(folder, 'release');
      await mkdir(files);
      for (const name of ['a.vsix', 'SHA256SUMS', 'notes.md']) await writeFile(path.join(files, name), '');
      assert.equal(script('release/githubRelease', ['v1.2.0', '--from', files], env).code, 0);
      const [create = [], , edit = [], ...more] = await asked();
      assert.deepEqual(create, [
        ...['release', 'create', 'v1.2.0', path.join(files, 'SHA256SUMS'), path.join(files, 'a.vsix')],
        ...['--verify-tag', '--title', 'v1.2.0', '--notes-file', path.join(files, 'notes.md')],
      ]);
      assert.deepEqual(edit, ['pr', 'edit', '7', '--remove-label', 'autorelease: pending', '--add-label', 'autorelease: tagged']);
      assert.deepEqual(more, []);
    });

    test('one issue about the weekly look: a new one, or a comment on the one that is open', async () => {
      const run = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '42' };
      const first = await withGh({});
      assert.equal(script('monitoringIssue', [], { ...first.env, ...run }).code, 0);
      const [, create = []] = await first.asked();
      assert.deepEqual(create.slice(0, 2), ['issue', 'create']);
      assert.match(create.at(-1) ?? '', /https:\/\/github\.com\/o\/r\/actions\/runs\/42/);
      const again = await withGh({ issue: [{ number: 3, title: 'The weekly look found something' }] });
      assert.equal(script('monitoringIssue', [], { ...again.env, ...run }).code, 0);
      assert.deepEqual((await again.asked())[1]?.slice(0, 3), ['issue', 'comment', '3']);
    });
  });

  full(
    test('a pre-release has an odd minor and the number of commits, and says what it is', async () => {
      const repo = await ScratchRepo.create('0.2.0');
      try {
        await repo.commit('feat: not yet stable');
        await symlink(path.join(ROOT, 'node_modules'), path.join(repo.folder, 'node_modules'), 'dir');
        assert.equal(script('release/preRelease', [], {}, repo.folder).said.trim(), '0.3.2');
        const built = script('release/build', ['--out', folder], {}, repo.folder);
        assert.equal(built.code, 0, built.said);
        const vsix = path.join(folder, 'mysql-pilot-0.3.2.vsix');
        const manifest = strFromU8(unzipSync(await readFile(vsix))['extension.vsixmanifest'] ?? new Uint8Array());
        assert.match(manifest, /Id="Microsoft\.VisualStudio\.Code\.PreRelease" Value="true"/);
        assert.match(await readFile(path.join(folder, 'notes.md'), 'utf8'), /A pre-release from main/);
        assert.equal((await readdir(folder)).includes('mysql-pilot-0.3.2.tgz'), true);
      } finally {
        await repo.dispose();
      }
    }),
  );
});

async function listen(answer: (request: Request) => object | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const found = answer({ path: request.url ?? '', authorization: request.headers.authorization, body });
      response
        .writeHead(found === undefined ? 400 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(found ?? { error: 'no' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
