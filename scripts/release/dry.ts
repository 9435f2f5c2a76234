import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';
import { makeKey, sshProgram } from '../../test/harness/servers/sshServer.ts';
import { startRegistry } from './localRegistry.ts';
import { applyRelease, notesOf, planRelease } from './plan.ts';
import { FULL_RUN_RECORD, requireFullRun } from './tested.ts';

/**
 * `npm run release:dry`: a release from what is committed on main, in a clone of its own, with everything but the uploads: version and changelog, the release's
 * commit, a signed tag and its verification, all files, the npm package published to a registry on this machine and installed from there, the VSIX used in a
 * real VS Code (not with `--quick`). Refuses unless `npm run test:full` has passed on the commit. `--repo` is another clone to release from, `--record` another record of
 * the full run; what was made lies in `--out`.
 */
const { values } = parseArgs({
  options: {
    repo: { type: 'string', default: ROOT },
    out: { type: 'string', default: path.join(ROOT, 'out/release-dry') },
    record: { type: 'string', default: FULL_RUN_RECORD },
    quick: { type: 'boolean', default: false },
  },
});
const out = path.resolve(values.out);
const tree = path.join(out, 'tree');
const files = path.join(out, 'files');
const keygen = await sshProgram('ssh-keygen');
const env = { ...process.env, ...keygen.env };
const git = (...args: string[]): Promise<string> =>
  run('git', ['-C', tree, '-c', 'user.name=dry run', '-c', 'user.email=dry@localhost', ...args], { env });
const inTree = (...args: string[]): Promise<string> => run(process.execPath, args, { cwd: tree, env });

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await run('git', ['clone', '--quiet', '--branch', 'main', path.resolve(values.repo), tree]);
console.log(requireFullRun((await git('rev-parse', 'HEAD')).trim(), path.resolve(values.record)));
const plan = await planRelease(tree, 'main');
const version = plan?.version?.toString();
if (plan === undefined || version === undefined) {
  console.log('Nothing on main asks for a release.');
} else {
  console.log(`${plan.title.toString()}\n\n${notesOf(plan)}\n`);
  applyRelease(plan, tree);
  await tagIt(version);
  console.log(await inTree('scripts/release/verify.ts', `v${version}`));
  await symlink(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'), 'dir');
  console.log(await inTree('scripts/release/build.ts', '--out', files));
  console.log(await throughRegistry(version));
  if (!values.quick) {
    const said = await inTree('scripts/release/use.ts', '--from', files);
    console.log(`This very file in a real VS Code: ${said.trim().split('\n').at(-1) ?? ''}`);
  }
  console.log(`Released nowhere: ${files}`);
}

/** By a key that the clone alone trusts. */
async function tagIt(released: string): Promise<void> {
  const key = path.join(out, 'signer');
  await writeFile(path.join(tree, '.github/allowed_signers'), `dry@localhost ${await makeKey(key)}`);
  await git('add', '--all');
  await git('commit', '--quiet', '--no-verify', '--message', plan?.title.toString() ?? '');
  await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  await git('config', 'gpg.ssh.program', keygen.command);
  await git('-c', 'gpg.format=ssh', '-c', `user.signingKey=${key}`, 'tag', '--sign', '--message', `v${released}`, `v${released}`);
}

async function throughRegistry(released: string): Promise<string> {
  const registry = await startRegistry(out);
  try {
    const npm = { ...env, npm_config_userconfig: registry.userConfig };
    await run(process.execPath, ['scripts/release/publish.ts', 'npm', '--from', files, '--registry', registry.url], {
      cwd: tree,
      env: npm,
    });
    const user = path.join(out, 'user');
    await mkdir(user);
    await writeFile(path.join(user, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--no-audit', '--no-fund', '--registry', registry.url, `mysql-pilot@${released}`], {
      cwd: user,
      env: npm,
    });
    const command = path.join(user, 'node_modules/.bin/mysql-pilot');
    const client = new Client({ name: 'release', version: '1' });
    const somewhere = { PATH: process.env['PATH'] ?? '', MYSQL_HOST: '127.0.0.1', MYSQL_USER: 'nobody' }; // it connects with the first call, which there is none of
    await client.connect(new StdioClientTransport({ command, env: somewhere, stderr: 'inherit' }));
    const { tools } = await client.listTools();
    const told = client.getServerVersion()?.version ?? '';
    await client.close();
    if (told !== released) throw new Error(`The package from the registry says it is ${told}.`);
    return `Published to ${registry.url}, installed from there: mysql-pilot ${told} with ${String(tools.length)} tools.`;
  } finally {
    registry.stop();
  }
}
