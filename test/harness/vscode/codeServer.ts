import { spawn, type ChildProcess } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cached, filledOnce } from '../cache.ts';
import { recorded } from '../recorder.ts';
import { ROOT } from '../root.ts';
import { freePort } from '../ports.ts';
import { run, until } from '../run.ts';
import { builtinExtensions } from './builtinExtensions.ts';
import { KEYBINDINGS } from './keybindings.ts';
import { digestOf } from './packages.ts';

const VERSION = '4.139.1';

/** On a busy machine, whose disk reads it for the first time. */
const STARTS_MS = 90_000;

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'chat.mcp.access': 'all',
  'chat.mcp.autostart': 'newAndOutdated',
  'chat.disableAIFeatures': false,
  'remote.autoForwardPorts': false, // servers of other tests would be told in notifications, which cover what is to be clicked
};

export interface CodeServerOptions {
  /** VSIX files that are installed before the start. */
  readonly vsix?: readonly string[];
  /** Makes language models of `vendor` known to the chat. */
  readonly models?: readonly { vendor: string; name: string }[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For the server and so for the extension hosts. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder is not trusted until somebody trusts it. */
  readonly restricted?: boolean;
  /** With the driver a development extension loads and suites run in the host, but dialogs answer themselves and notifications stay away. */
  readonly testDriver?: boolean;
  /** Also writes log files at level trace; needs a compiler once, for VS Code's logger. */
  readonly traceLogs?: boolean;
  /** Sessions of VS Code's agent host can start; needs a compiler once, for the database that they are kept in. Implies log files. */
  readonly agentHost?: boolean;
}

/** A real VS Code workbench and extension host: code-server from npm, with folders of its own. Linux only. */
export class CodeServer {
  readonly port: number;
  /** Everything that this VS Code writes. */
  readonly folder: string;
  /** XDG_RUNTIME_DIR of this VS Code: no credential agent of another run is found. */
  readonly runtime: string;
  readonly #install: string;
  readonly #options: CodeServerOptions;
  #child: ChildProcess | undefined;

  private constructor(
    install: string,
    { folder, runtime }: { readonly folder: string; readonly runtime: string },
    port: number,
    options: CodeServerOptions,
  ) {
    this.#install = install;
    this.folder = folder;
    this.runtime = runtime;
    this.port = port;
    this.#options = options;
  }

  static async start(options: CodeServerOptions = {}): Promise<CodeServer> {
    if (process.platform !== 'linux')
      throw new Error('The workbench suites and the demo use code-server, which this harness runs on Linux only.');
    const install = await installCodeServer(nativeModules(options));
    const folder = await mkdtemp(path.join(tmpdir(), 'mpt-vscode-'));
    const runtime = await mkdtemp(path.join(tmpdir(), 'mpr-')); // short: sockets lie in it
    const server = new CodeServer(install, { folder, runtime }, await freePort(), options);
    await mkdir(path.join(folder, 'user', 'User'), { recursive: true });
    await server.#configure(options.settings ?? {});
    await server.bindKeys([]);
    if (options.models !== undefined)
      await writeFile(path.join(folder, 'user/User/chatLanguageModels.json'), JSON.stringify(options.models));
    if (options.vsix !== undefined && options.vsix.length > 0) await server.#copyExtensions(options.vsix);
    await server.launch();
    return server;
  }

  get authority(): string {
    return `127.0.0.1:${String(this.port)}`;
  }

  /** Writes the user's settings: a workbench that runs does not take them over. */
  async #configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFile(path.join(this.folder, 'user/User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }, undefined, 2));
  }

  /** Writes the user's key bindings, which windows take over when they open. */
  async bindKeys(bindings: readonly object[]): Promise<void> {
    await writeFile(path.join(this.folder, 'user/User/keybindings.json'), JSON.stringify([...KEYBINDINGS, ...bindings]));
  }

  async installExtension(vsix: string): Promise<void> {
    await installInto(this.#arguments(), [vsix]);
  }

  /** The same files are installed once; each VS Code gets a copy of what that made. */
  async #copyExtensions(vsix: readonly string[]): Promise<void> {
    const template = await filledOnce(path.join(ROOT, 'out/extensions', await digestOf(ROOT, vsix)), {
      fill: (folder) => installInto(codeServerArguments(this.#install, folder), vsix),
    });
    const extensions = path.join(this.folder, 'extensions');
    await cp(path.join(template, 'extensions'), extensions, { recursive: true });
    const list = path.join(extensions, 'extensions.json');
    await writeFile(list, relocated(await readFile(list, 'utf8'), extensions));
  }

  launch(): Promise<void> {
    return recorded('code-server', () => this.#launch());
  }

  async #launch(): Promise<void> {
    const log = await open(path.join(this.folder, 'code-server.log'), 'a');
    const { restricted = false, testDriver = false, traceLogs = false, agentHost = false, env = {} } = this.#options;
    const args = [
      ...this.#arguments(),
      ...['--bind-addr', this.authority, '--auth', 'none', '--disable-telemetry', '--disable-update-check'],
      ...(traceLogs || agentHost ? [] : ['--builtin-extensions-dir', await builtinExtensions(this.#install)]),
      ...(restricted ? [] : ['--disable-workspace-trust']),
      ...['--disable-getting-started-override', '--reconnection-grace-time', '5', '--vscode-option', 'force-disable-user-env'],
      ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
      ...(traceLogs ? ['--log', 'trace'] : []),
    ];
    // A process group of its own, so that the extension hosts and their children end with it.
    const child = spawn(process.execPath, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...cleanEnvironment(),
        VSCODE_CLI: '1',
        XDG_RUNTIME_DIR: this.runtime,
        XDG_STATE_HOME: path.join(this.runtime, 'state'),
        ...coverageHook(),
        ...env,
      },
    });
    await log.close();
    this.#child = child;
    await until(
      async () => (await fetch(`http://${this.authority}/healthz`).catch(() => undefined))?.ok === true,
      `code-server to start (see ${this.folder}/code-server.log)`,
      STARTS_MS,
    );
  }

  /** Ends code-server and every extension host; the folders stay. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child?.pid === undefined || child.exitCode !== null) return;
    const { pid } = child;
    signalGroup(pid, 'SIGTERM');
    // Extension hosts that measure coverage write it down first.
    await until(() => !isAlive(pid), 'code-server to end', 3000).catch(() => undefined);
    signalGroup(pid, 'SIGKILL');
  }

  async dispose(): Promise<void> {
    await this.stop();
    await rm(this.runtime, { recursive: true, force: true });
    if (process.env['KEEP_VSCODE'] === undefined) await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  #arguments(): string[] {
    return codeServerArguments(this.#install, this.folder);
  }
}

function codeServerArguments(install: string, folder: string): string[] {
  const entry = path.join(install, 'node_modules/code-server/out/node/entry.js');
  const folders = ['--user-data-dir', path.join(folder, 'user'), '--extensions-dir', path.join(folder, 'extensions')];
  return [entry, '--config', '/dev/null', ...folders];
}

function installInto(args: readonly string[], vsix: readonly string[]): Promise<void> {
  return recorded('install', async () => {
    const files = vsix.flatMap((file) => ['--install-extension', file]);
    await run(process.execPath, [...args, ...files, '--force'], { env: cleanEnvironment() });
  });
}

/** What npm sets for a script would make code-server and its children think they run inside one. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_(?!EXTRA_CA_CERTS)|VSCODE_)/.test(name)));
}

/** VS Code's list of installed extensions holds where each one lies. */
function relocated(list: string, folder: string): string {
  const entries = JSON.parse(list) as { relativeLocation: string; location: object }[];
  return JSON.stringify(
    entries.map((entry) => ({ ...entry, location: { $mid: 1, path: path.join(folder, entry.relativeLocation), scheme: 'file' } })),
  );
}

function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

function coverageHook(): NodeJS.ProcessEnv {
  if (process.env['NODE_V8_COVERAGE'] === undefined) return {};
  return { NODE_OPTIONS: `--require=${path.join(ROOT, 'test/harness/coverageAtSigterm.cjs')}` };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A way to install code-server: the native modules that are built, under a name for the cache. */
interface NativeModules {
  readonly suffix: string;
  readonly modules: readonly string[];
}

function nativeModules({ traceLogs = false, agentHost = false }: CodeServerOptions): NativeModules | undefined {
  if (agentHost) return { suffix: 'agents', modules: ['spdlog', 'sqlite3'] };
  return traceLogs ? { suffix: 'logging', modules: ['spdlog'] } : undefined;
}

/** Its install scripts would build seven native modules; a headless run needs none of them, log files and the agent host need one each. */
async function installCodeServer(natives: NativeModules | undefined): Promise<string> {
  const plain = await cached(`code-server-${VERSION}`, `code-server ${VERSION}`, async (folder) => {
    // npm keeps the whole environment: how its caller reaches the registry stands there.
    const install = (cwd: string, ...args: string[]): Promise<string> =>
      run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...args], { cwd });
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    await install(folder, `code-server@${VERSION}`);
    const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
    await install(vscode, '--omit=dev');
    await install(path.join(vscode, 'extensions'), '--omit=dev');
  });
  if (natives === undefined) return plain;
  const { suffix, modules } = natives;
  return cached(`code-server-${VERSION}-${suffix}`, `code-server ${VERSION} with ${modules.join(', ')}`, async (folder) => {
    await run('cp', ['-al', `${plain}/.`, folder]); // hard links: only the native modules' builds are new
    const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
    const headers = path.join(ROOT, `node_modules/node/node_modules/node-linux-${process.arch}`);
    const env = { ...process.env, npm_config_nodedir: headers };
    for (const name of modules) {
      await run('npm', ['rebuild', `@vscode/${name}`], { cwd: vscode, env });
      await access(path.join(vscode, `node_modules/@vscode/${name}/build/Release`));
    }
  });
}
