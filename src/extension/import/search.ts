import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { FileReader } from './fileReader.ts';
import type { ImportCandidate } from './importCandidate.ts';
import { workbenchFile } from './workbenchFile.ts';
import type { ForeignFile } from './readerThread.ts';
import { readSqlTools } from './sqlTools.ts';
import { readWorkspaceText } from '../files/workspaceFiles.ts';
import { readNamedFile } from '../../engine/namedFile.ts';

/** Far above what people write into such a file. */
const MAX_FILE_BYTES = 256 * 1024;

const ENV_FILE = /^\.env(?:\..+)?$/;
const COMPOSE_FILE = /^(?:docker-)?compose(?:\..+)?\.ya?ml$/;
const DEV_CONTAINER_FILE = /^\.?devcontainer\.json$/;
/** Folders below those of the workspace, where programs of a larger project have files of their own. */
const MAX_FOLDERS = 100;
const MAX_FILES = 50;

/** What was found, and the files that are there and could not be read: the log says why. */
export interface Search {
  readonly found: readonly ImportCandidate[];
  readonly unread: readonly string[];
}

/** What other programs' files say of connections. Files of a workspace that is not trusted are left alone. `entry` is the file of the thread that reads them. */
export async function searchConnections(entry: string, log: vscode.LogOutputChannel): Promise<Search> {
  const reader = new FileReader(entry);
  const unread: string[] = [];
  const attempt = async (source: string, get: () => Promise<Omit<ForeignFile, 'source'>>): Promise<readonly ImportCandidate[]> => {
    try {
      const { found, more } = await reader.read({ ...(await get()), source });
      if (more > 0) log.warn(`${source} has ${String(found.length + more)} connections: the first ${String(found.length)} are offered.`);
      return found;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      log.warn(`No connections could be read from ${source}.`, error);
      unread.push(source);
      return [];
    }
  };
  try {
    // Those of the person first: no file of a workspace can take their place.
    const own = await ownFiles(attempt);
    const found: ImportCandidate[] = [];
    if (vscode.workspace.isTrusted)
      for (const file of await workspaceFiles()) found.push(...(await attempt(nameOf(file), () => workspaceFile(file))));
    return { found: [...found, ...own, ...fromSqlTools()], unread };
  } finally {
    await reader.end();
  }
}

async function ownFiles(
  attempt: (source: string, get: () => Promise<Omit<ForeignFile, 'source'>>) => Promise<readonly ImportCandidate[]>,
): Promise<readonly ImportCandidate[]> {
  const home = homedir();
  const logins = process.env['MYSQL_TEST_LOGIN_FILE'] ?? path.join(home, '.mylogin.cnf'); // the variable is that of MySQL's own programs
  const files: readonly (readonly [source: string, kind: ForeignFile['kind'], file: string])[] = [
    ['~/.my.cnf', 'optionFile', path.join(home, '.my.cnf')],
    ['~/.mylogin.cnf', 'loginPath', logins],
    ['MySQL Workbench', 'workbench', workbenchFile(process.platform, home, process.env['APPDATA'])],
  ];
  const found: ImportCandidate[] = [];
  for (const [source, kind, file] of files)
    found.push(...(await attempt(source, async () => ({ kind, content: await readNamedFile(file, MAX_FILE_BYTES) }))));
  return found;
}

function fromSqlTools(): readonly ImportCandidate[] {
  const setting = vscode.workspace.getConfiguration('sqltools').inspect('connections');
  const trusted = vscode.workspace.isTrusted ? [setting?.workspaceValue, setting?.workspaceFolderValue] : [];
  return [setting?.globalValue, ...trusted].flatMap((one) => readSqlTools(one, 'SQLTools'));
}

async function workspaceFile(file: vscode.Uri): Promise<Omit<ForeignFile, 'source'>> {
  const base = path.posix.basename(file.path);
  const content = await readWorkspaceText(file, MAX_FILE_BYTES);
  if (ENV_FILE.test(base)) return { kind: 'env', content };
  if (DEV_CONTAINER_FILE.test(base)) return { kind: 'devContainer', content };
  const beside = await readWorkspaceText(vscode.Uri.joinPath(file, '..', '.env'), MAX_FILE_BYTES).catch(() => ''); // compose does without one, too
  return { kind: 'compose', content, beside, inside: vscode.env.remoteName === 'dev-container' };
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
