import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import type { Flavor } from '../harness/servers/testServer.ts';
import type { CodeServerOptions } from '../harness/vscode/codeServer.ts';
import { addConnection, openView } from '../harness/vscode/steps.ts';
import type { Workbench } from '../harness/vscode/workbench.ts';
import { clearWindow, KEYBINDINGS, likeNew, lookAt, type WindowState } from './likeNew.ts';
import { Session } from './session.ts';

/** All that any of the suites needs: a window does not read what is written into the file of its settings later. */
const SETTINGS = {
  'files.simpleDialog.enable': true,
  'mysqlPilot.results.maxRows': 100_000,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'sqltools.connections': [{ driver: 'MySQL', name: 'From SQLTools', server: 'tools.example', port: 3306, username: 'me', database: 'd' }],
};

export interface DeskOptions {
  /** What lies in the folder of the window, by path. A name is used once in a process: the window remembers where a file ran. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the server of the suite; MySQL by default. */
  readonly flavor?: Flavor;
}

/** What one suite works with: the window that its process shares, and a server of its own. */
export interface Desk {
  readonly session: Session;
  readonly window: Workbench;
  /** The folder of the window. */
  readonly folder: string;
  /** The home folder of everything that runs in the window. */
  readonly home: string;
}

/** What a window costs (some fifteen seconds of a processor) is paid once for all suites of a process. */
interface Shared {
  readonly session: Session;
  readonly window: Workbench;
  readonly folder: string;
  readonly home: string;
  readonly asNew: WindowState;
  readonly names: Set<string>;
}

/** Ways to open the window of a process; the first suite decides. */
export type FirstOptions = DeskOptions & Pick<CodeServerOptions, 'restricted'>;

/** The suites of a process work in one window, one after the other. Each finds it as new: what the one before has left is cleared away and looked at. */
class SharedWindow {
  #shared: Shared | undefined;

  async take({ files = {}, flavor = 'mysql', restricted = false }: FirstOptions): Promise<Desk> {
    if (this.#shared === undefined) {
      this.#shared = await open(files, flavor, restricted);
      return this.#shared;
    }
    const { session: before, window, folder, home, names } = this.#shared;
    if (restricted) throw new Error('A suite that needs a restricted window comes first.');
    const mysql = await startServer(flavor);
    await loadSample(mysql);
    await writeFiles(folder, files, names);
    await likeNew(window, this.#shared.asNew);
    const session = new Session(mysql, before.codeServer, before.context);
    this.#shared = { ...this.#shared, session };
    return { session, window, folder, home };
  }

  /** Takes the window back. One that a failed suite has used is thrown away, and one that cannot be cleared, too: the next suite opens its own. */
  async handOn(failed: boolean, last: boolean): Promise<void> {
    const shared = this.#shared;
    if (shared === undefined) return;
    if (failed || last) return this.close();
    try {
      await clear(shared);
      await shared.session.mysql.dispose();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const shared = this.#shared;
    this.#shared = undefined;
    await shared?.session.dispose();
    if (shared !== undefined) await rm(shared.home, { recursive: true, force: true });
  }
}

const window = new SharedWindow();

/** For `suiteSetup`: the window of this process, as new, on a folder with these files. */
export function takeDesk(options: FirstOptions = {}): Promise<Desk> {
  return window.take(options);
}

/** The same with our view shown and one connection to the server of the suite. */
export async function takeConnectedDesk(options: FirstOptions = {}): Promise<Desk> {
  const desk = await window.take(options);
  await addConnection(desk.window, desk.session.url, 'shop');
  return desk;
}

/** As `suiteTeardown`. */
export async function handOnDesk(this: Mocha.Context): Promise<void> {
  const suite = this.test?.parent;
  const failed = suite?.tests.some((test) => !test.isPending() && test.state !== 'passed') ?? true;
  await window.handOn(failed, suite?.parent?.suites.at(-1) === suite);
}

async function open(files: Readonly<Record<string, string>>, flavor: Flavor, restricted: boolean): Promise<Shared> {
  const home = await mkdtemp(path.join(tmpdir(), 'mpt-home-'));
  const session = await Session.start({
    settings: SETTINGS,
    flavor,
    restricted,
    env: { HOME: home, SSH_AUTH_SOCK: path.join(home, 'agent.sock'), MYSQL_TEST_LOGIN_FILE: path.join(home, 'login.cnf') },
  });
  try {
    await session.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const folder = path.join(session.codeServer.folder, 'folders', 'work');
    const names = new Set<string>();
    await writeFiles(folder, files, names);
    await session.codeServer.bindKeys(KEYBINDINGS);
    const window = await session.openWindow('work');
    await openView(window);
    return { session, window, folder, home, names, asNew: await lookAt(window) };
  } catch (error) {
    await session.dispose();
    throw error;
  }
}

async function clear({ session, window, folder, home, asNew }: Shared): Promise<void> {
  const connections = path.join(session.codeServer.folder, 'user/User/globalStorage/mysql-pilot.mysql-pilot/connections');
  if (existsSync(connections)) for (const name of await readdir(connections)) await rm(path.join(connections, name));
  await clearWindow(window);
  await emptyFolder(folder);
  await emptyFolder(home);
  await likeNew(window, asNew);
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(path.join(folder, name), { recursive: true });
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>, names: Set<string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    if (names.has(name)) throw new Error(`Another suite of this process has a file ${name}: the window remembers where it ran.`);
    names.add(name);
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}
