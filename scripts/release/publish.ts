import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { npmTool } from '../../test/harness/npmTools.ts';
import { ROOT } from '../../test/harness/root.ts';
import { run } from '../../test/harness/run.ts';
import { idToken } from './idToken.ts';
import { isStable, parseVersion } from './versions.ts';

/**
 * `npm run release:publish -- marketplace|openvsx|npm|registry`: hands over what `release:build` made, unchanged: its checksums are looked at first.
 * Nobody's password is involved; docs/deployment.md tells what has to be set up once.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string', default: path.join(ROOT, 'release') }, registry: { type: 'string' } },
});
const folder = path.resolve(values.from);
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path.join(folder, 'server.json'), 'utf8')));
const file = (name: string): string => path.join(folder, name);
const vsix = file(`mysql-pilot-${version}.vsix`);

const TARGETS: Readonly<Record<string, () => Promise<void>>> = {
  marketplace: async () => {
    const token = await idToken('api://AzureADTokenExchange');
    const secrets = mkdtempSync(path.join(tmpdir(), 'mpt-token-'));
    try {
      // Its credential of managed identities exchanges a token that lies in a file.
      const AZURE_FEDERATED_TOKEN_FILE = path.join(secrets, 'token');
      writeFileSync(AZURE_FEDERATED_TOKEN_FILE, token, { mode: 0o600 });
      const vsce = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
      const args = [vsce, 'publish', '--azure-credential', '--skip-duplicate', '--packagePath', vsix];
      console.log(await run(process.execPath, args, { cwd: folder, env: { ...process.env, AZURE_FEDERATED_TOKEN_FILE } }));
    } finally {
      rmSync(secrets, { recursive: true });
    }
  },
  openvsx: async () => {
    // It asks for an identity by itself, unless OVSX_PAT is set; a workflow sets a secret that it does not have to nothing.
    if (process.env['OVSX_PAT'] === '') delete process.env['OVSX_PAT'];
    const args = [await npmTool('ovsx'), 'publish', '--skip-duplicate', '--packagePath', vsix];
    console.log(await run(process.execPath, args, { cwd: folder }));
  },
  npm: async () => {
    const where = values.registry === undefined ? ['--provenance'] : ['--registry', values.registry];
    const tag = isStable(parseVersion(version)) ? 'latest' : 'next';
    console.log(
      await run('npm', ['publish', file(`mysql-pilot-${version}.tgz`), '--access', 'public', '--tag', tag, ...where], { cwd: folder }),
    );
  },
  registry: async () => {
    const url = values.registry ?? 'https://registry.modelcontextprotocol.io';
    const post = async (path: string, body: string, headers: Record<string, string> = {}): Promise<unknown> => {
      const response = await fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path} answered ${String(response.status)}: ${text}`);
      return JSON.parse(text);
    };
    const login = await post('/v0/auth/github-oidc', JSON.stringify({ oidc_token: await idToken('mcp-registry') }));
    const { registry_token } = z.object({ registry_token: z.string() }).parse(login);
    await post('/v0/publish', readFileSync(file('server.json'), 'utf8'), { authorization: `Bearer ${registry_token}` });
    console.log(`The registry knows ${version}.`);
  },
};

const publish = TARGETS[positionals[0] ?? ''];
if (publish === undefined) throw new Error(`Say where: ${Object.keys(TARGETS).join(', ')}.`);
checkSums(folder);
await publish();

/** Throws if a file is not the one that was built and tested. */
function checkSums(from: string): void {
  for (const line of readFileSync(path.join(from, 'SHA256SUMS'), 'utf8').trim().split('\n')) {
    const [sum = '', name = ''] = line.split('  ');
    const found = createHash('sha256')
      .update(readFileSync(path.join(from, name)))
      .digest('hex');
    if (found !== sum) throw new Error(`${name} is not the file that was built: its checksum is ${found}.`);
  }
}
