import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { readComposeFile } from './composeFile.ts';
import { readDevContainer } from './devContainer.ts';
import { expandVariables, readEnvFile } from './envFile.ts';
import type { ImportCandidate } from './importCandidate.ts';
import { readLoginPaths } from './loginPath.ts';
import { readOptionFile } from './myCnf.ts';
import { readWorkbench, workbenchFile } from './mysqlWorkbench.ts';
import { readSqlTools } from './sqlTools.ts';
import { readWorkspaceText } from '../files/workspaceFiles.ts';
import { readNamedFile } from '../../engine/namedFile.ts';

/** Far above what people write into such a file, and little enough for the slowest of its kind to be read in a tenth of a second. */
const MAX_FILE_BYTES = 256 * 1024;
const MAX_ENV_BYTES = 64 * 1024;
/** Reading YAML takes ten times as long as the others. */
const MAX_COMPOSE_BYTES = 48 * 1024;

const ENV_FILE = /^\.env(?:\..+)?$/;
const COMPOSE_FILE = /^(?:docker-)?compose(?:\..+)?\.ya?ml$/;
const DEV_CONTAINER_FILE = /^\.?devcontainer\.json$/;
/** Folders below those of the workspace, where programs of a larger project have files of their own. */
const MAX_FOLDERS = 100;
const MAX_FILES = 50;
/** More than a list that somebody reads has. What a file has beyond it is left out. */
const MAX_OF_FILE = 100;

/** What other programs' files say of connections. Files of a workspace that is not trusted are left alone. A file that cannot be read is logged, and the others count. */
export async function searchConnections(log: vscode.LogOutputChannel): Promise<ImportCandidate[]> {
  const found: ImportCandidate[] = [];
  const attempt = async (source: string, read: () => Promise<readonly ImportCandidate[]>): Promise<void> => {
    try {
      const all = await read();
      found.push(...all.slice(0, MAX_OF_FILE));
      if (all.length > MAX_OF_FILE)
        log.warn(`${source} has ${String(all.length)} connections: the first ${String(MAX_OF_FILE)} are offered.`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn(`No connections could be read from ${source}.`, error);
    }
  };
  if (vscode.workspace.isTrusted) for (const file of await workspaceFiles()) await attempt(nameOf(file), () => readWorkspaceFile(file));
  const home = homedir();
  await attempt('~/.my.cnf', async () =>
    readOptionFile((await readNamedFile(path.join(home, '.my.cnf'), MAX_FILE_BYTES)).toString('utf8'), '~/.my.cnf'),
  );
  const logins = process.env['MYSQL_TEST_LOGIN_FILE'] ?? path.join(home, '.mylogin.cnf'); // the variable is that of MySQL's own programs
  await attempt('~/.mylogin.cnf', async () => readLoginPaths(await readNamedFile(logins, MAX_FILE_BYTES), '~/.mylogin.cnf'));
  const workbench = workbenchFile(process.platform, home, process.env['APPDATA']);
  await attempt('MySQL Workbench', async () =>
    readWorkbench((await readNamedFile(workbench, MAX_FILE_BYTES)).toString('utf8'), 'MySQL Workbench'),
  );
  await attempt('SQLTools', () => {
    const setting = vscode.workspace.getConfiguration('sqltools').inspect('connections');
    const trusted = vscode.workspace.isTrusted ? [setting?.workspaceValue, setting?.workspaceFolderValue] : [];
    return Promise.resolve([setting?.globalValue, ...trusted].flatMap((one) => readSqlTools(one, 'SQLTools')));
  });
  return found;
}

async function readWorkspaceFile(file: vscode.Uri): Promise<ImportCandidate[]> {
  const base = path.posix.basename(file.path);
  if (ENV_FILE.test(base)) return readEnvFile(await readWorkspaceText(file, MAX_ENV_BYTES), nameOf(file));
  if (DEV_CONTAINER_FILE.test(base)) return readDevContainer(await readWorkspaceText(file, MAX_FILE_BYTES), nameOf(file));
  const text = await readWorkspaceText(file, MAX_COMPOSE_BYTES);
  const beside = await readWorkspaceText(vscode.Uri.joinPath(file, '..', '.env'), MAX_ENV_BYTES).catch(() => ''); // compose does without one, too
  return readComposeFile(text, nameOf(file), { variables: expandVariables(beside), inside: vscode.env.remoteName === 'dev-container' });
}

function nameOf(file: vscode.Uri): string {
  return vscode.workspace.asRelativePath(file);
}

/** In the folders of the workspace and one below: a search through all of them could take minutes. */
async function workspaceFiles(): Promise<vscode.Uri[]> {
  const { Directory, File } = vscode.FileType;
  const list = async (folder: vscode.Uri, type: vscode.FileType, wanted: (name: string) => boolean): Promise<vscode.Uri[]> => {
    const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []); // gone, or closed to us
    return entries.filter(([name, is]) => (is & type) !== 0 && wanted(name)).map(([name]) => vscode.Uri.joinPath(folder, name));
  };
  const roots = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const isWanted = (name: string): boolean => name === '.devcontainer' || (name !== 'node_modules' && !name.startsWith('.'));
  const below = await Promise.all(roots.map((root) => list(root, Directory, isWanted)));
  const folders = [...roots, ...below.flat().slice(0, MAX_FOLDERS)];
  const kinds = [ENV_FILE, COMPOSE_FILE, DEV_CONTAINER_FILE];
  const files = await Promise.all(folders.map((folder) => list(folder, File, (name) => kinds.some((kind) => kind.test(name)))));
  return files.flat().slice(0, MAX_FILES);
}
