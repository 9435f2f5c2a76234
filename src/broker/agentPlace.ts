import { chmod, lstat, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

const OTHERS_MAY = 0o077;
const NAME = 'mysql-pilot';
/** In the folder: how to reach the agent. */
const AGENT_FILE = 'agent.json';
/** In the folder, while a person has locked the agent. */
const LOCKED_FILE = 'locked';
/** In the folder: a file for each window that agents may use. */
const WINDOWS_FOLDER = 'windows';

/** Where the agent of this user, and windows that programs outside of VS Code may use, are found. */
export interface AgentPlace {
  readonly folder: string;
  readonly file: string;
  readonly locked: string;
  readonly windows: string;
}

/**
 * Folders in which an agent may be, the preferred one first. Programs that start servers often remove XDG_RUNTIME_DIR from the environment, so the usual folder is tried without it, too.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export async function agentPlaces(environment: NodeJS.ProcessEnv = process.env): Promise<readonly AgentPlace[]> {
  if (process.platform === 'win32') {
    const { LOCALAPPDATA } = environment;
    return [placeIn(path.join(LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local'), NAME))];
  }
  const runtime = [environment['XDG_RUNTIME_DIR'], `/run/user/${String(process.getuid?.())}`];
  const safe: string[] = [];
  for (const folder of runtime)
    if (folder !== undefined && path.isAbsolute(folder) && !safe.includes(folder) && (await isOwn(folder))) safe.push(folder);
  const state = environment['XDG_STATE_HOME'];
  const home = state !== undefined && path.isAbsolute(state) ? state : path.join(homedir(), '.local', 'state');
  return [...safe, home].map((folder) => placeIn(path.join(folder, NAME)));
}

/** The folder in which an agent starts and windows write. It is made where it is not there. Throws where other users have rights on it. */
export async function ownPlace(environment?: NodeJS.ProcessEnv): Promise<AgentPlace> {
  const [place] = await agentPlaces(environment);
  if (place === undefined) throw new Error('There is no folder for the credential agent.');
  await makePlace(place);
  return place;
}

/** Throws where other users have rights on it, and for a link: the folder that it leads to may be for others. */
export async function makePlace(place: AgentPlace): Promise<void> {
  await mkdir(path.dirname(place.folder), { recursive: true, mode: 0o700 });
  await mkdir(place.folder, { mode: 0o700 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
  if (!(await isFolder(place.folder))) throw new Error(`${place.folder} is not a folder. Remove it, then try again.`);
  if (process.platform !== 'win32') {
    // One that was made by a program with another umask.
    if ((await lstat(place.folder)).uid === process.getuid?.()) await chmod(place.folder, 0o700);
    if (!(await isOwn(place.folder))) throw new Error(`Other users can access ${place.folder}.`);
  }
  await mkdir(place.windows, { recursive: true, mode: 0o700 });
}

/** A folder, and no link to one: what is in it may belong to others. */
export async function isFolder(folder: string): Promise<boolean> {
  return (await lstat(folder).catch(() => undefined))?.isDirectory() === true;
}

/** Whether there may be an agent. */
export async function hasAgentFile(): Promise<boolean> {
  for (const { file } of await agentPlaces()) if (await isThere(file)) return true;
  return false;
}

/** Whether a person has locked the agent, in whichever folder. What can't be looked at counts as a lock. */
export async function isAgentLocked(): Promise<boolean> {
  for (const { locked } of await agentPlaces()) if (await isThere(locked)) return true;
  return false;
}

async function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''),
  );
}

/** A folder, and no link to one, that this user alone may use. On Windows the profile's own access list protects it. */
async function isOwn(folder: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  const found = await lstat(folder).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & OTHERS_MAY) === 0;
}

function placeIn(folder: string): AgentPlace {
  return {
    folder,
    file: path.join(folder, AGENT_FILE),
    locked: path.join(folder, LOCKED_FILE),
    windows: path.join(folder, WINDOWS_FOLDER),
  };
}
