import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { FileChanged, readConfiguration, targetOf, UnusualFile, writeConfiguration } from '../../clients/configurationFile.ts';
import { fileOf, MCP_CLIENTS, vscodeEntry, VSCODE_KEY, type McpClient, type Place } from '../../clients/mcpClients.ts';
import { mergeEntry, settingsOfOthers } from '../../clients/mergeEntry.ts';
import { MergeError, type Merged } from '../../clients/mergeRules.ts';
import { PilotError } from '../../engine/errors.ts';
import { FILE_PROBLEMS, INIT_USAGE, PROBLEMS } from './initWords.ts';
import { Terminal } from './terminal.ts';

/** What the command sees of the system. */
export interface InitOptions extends Omit<Place, 'folder'> {
  readonly version: string;
  readonly cwd: string;
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
  /** Where the package has the agent plugin. */
  readonly pluginFolder: string;
}

export function initOptions(version: string): InitOptions {
  const { platform, env, stdin: input, stdout: output } = process;
  return {
    version,
    platform,
    env,
    input,
    output,
    pluginFolder: path.join(__dirname, 'agent-plugin'),
    home: homedir(),
    cwd: process.cwd(),
  };
}

/** `mysql-pilot init`. Resolves to the exit code: 0 if all is as it was asked for, 1 if something was left out. Throws `input.invalid`. */
export async function init(args: readonly string[], options: InitOptions): Promise<number> {
  const { help, client: names, folder, print, yes, remove, plugin } = parseInit(args);
  const terminal = new Terminal(options.input, options.output);
  if (help) {
    terminal.say(INIT_USAGE);
    return 0;
  }
  if (plugin !== undefined) {
    terminal.say(await copyPlugin(options.pluginFolder, path.resolve(options.cwd, plugin)));
    return 0;
  }
  const place: Place = { ...options, folder: path.resolve(options.cwd, folder) };
  try {
    if (names.length === 0 && !terminal.isInteractive)
      throw invalid('No terminal is available for questions. Name the clients with --client, and add --yes or --print.');
    const clients = names.length > 0 ? names.map(clientNamed) : await choose(terminal, place);
    if (!print && !yes && !terminal.isInteractive)
      throw invalid('No terminal is available for questions. Add --yes to write, or --print to print the entries.');
    let done = true;
    for (const one of clients) {
      const change = {
        client: one,
        file: fileOf(one.id, place),
        root: one.isShared ? place.folder : place.home,
        entry: remove ? undefined : vscodeEntry(one, options.version, options.platform),
      };
      if (print)
        terminal.say(
          `${one.name}: ${change.file}\n${mergeEntry(undefined, one, VSCODE_KEY, vscodeEntry(one, options.version, options.platform))?.text ?? ''}`,
        );
      else done = (await apply(terminal, change, yes)) && done;
    }
    return done ? 0 : 1;
  } finally {
    terminal.close();
  }
}

interface Change {
  readonly client: McpClient;
  readonly file: string;
  /** The folder of the project, or of the person. */
  readonly root: string;
  /** Undefined to take it out. */
  readonly entry: ReturnType<typeof vscodeEntry> | undefined;
}

/** False where the file is not as it should be afterwards. */
async function apply(terminal: Terminal, { client, file, root, entry }: Change, yes: boolean): Promise<boolean> {
  terminal.say(`${client.name}: ${file}`);
  try {
    const before = await readConfiguration(file);
    const warnings = [
      ...(await linkWarning(file, root)),
      ...(entry === undefined ? [] : settingsWarning(settingsOfOthers(before, client, VSCODE_KEY))),
    ];
    for (const warning of warnings) terminal.say(`  ${warning}`);
    const merged = mergeEntry(before, client, VSCODE_KEY, entry);
    if (merged === undefined) {
      terminal.say(entry === undefined ? '  There is no MySQL Pilot entry.' : '  The entry already exists.');
      return true;
    }
    terminal.say(describe(merged, before === undefined));
    // Whoever made the folder may want either; the files of a person's own account are theirs.
    if (yes && client.isShared && warnings.length > 0) {
      terminal.say('  Not written. Check the warnings above, then run this again without --yes.');
      return false;
    }
    if (!yes && !(await terminal.confirm('Write this change?'))) {
      terminal.say('  Not written.');
      return true;
    }
    await writeConfiguration(file, before, merged.text, client.isShared);
    terminal.say(
      entry === undefined
        ? '  Removed.'
        : `  Written. ${client.next}\n  To undo this, run: mysql-pilot init --client ${client.id} --remove`,
    );
    return true;
  } catch (error) {
    terminal.say(`  ${problemOf(error)}`);
    return false;
  }
}

/** Only a link below `root` counts: above it are those of the system, as /tmp on macOS. */
async function linkWarning(file: string, root: string): Promise<readonly string[]> {
  const [target, below] = [await targetOf(file), path.relative(root, file)];
  const expected = below.startsWith('..') || path.isAbsolute(below) ? file : path.join(await targetOf(root), below);
  return target === expected ? [] : [`Links in this path lead to another file: ${visible(target)}`];
}

function settingsWarning(settings: readonly string[]): readonly string[] {
  return settings.length === 0
    ? []
    : [`The entry has settings that MySQL Pilot didn't write and that can run other code: ${settings.map(visible).join(', ')}`];
}

/** Names from a repository can hold control characters, which a terminal would follow. */
function visible(name: string): string {
  return JSON.stringify(name).replace(/\p{C}/gu, '\uFFFD');
}

function problemOf(error: unknown): string {
  if (error instanceof MergeError) return PROBLEMS[error.problem];
  if (error instanceof UnusualFile) return FILE_PROBLEMS[error.problem];
  if (error instanceof FileChanged) return 'Another program changed the file in the meantime. Run the command again.';
  if (error instanceof TypeError) return "The file isn't UTF-8, so it wasn't changed.";
  return `The file can't be read or written (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}). Check its permissions.`;
}

/** The exact text that is put in and taken out, and no other part of the file: it may hold secrets of other servers. */
function describe({ edits }: Merged, isNew: boolean): string {
  const lines = (text: string, sign: string): string[] =>
    text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [`  ${sign} ${line}`]));
  return [
    isNew ? '  A new file:' : '  The change:',
    ...edits.flatMap(({ removed, added }) => [...lines(removed, '-'), ...lines(added, '+')]),
  ].join('\n');
}

async function choose(terminal: Terminal, place: Place): Promise<readonly McpClient[]> {
  const found = MCP_CLIENTS.map((client) => ({ client, isFound: isFound(client, place) }));
  found.forEach(({ client, isFound: is }, i) => {
    terminal.say(`${String(i + 1).padStart(2)}. ${client.name}${is ? ' (found)' : ''}`);
  });
  for (;;) {
    const answer = (await terminal.ask('Select clients (numbers separated by commas, or Enter for none): ')).trim();
    if (answer === '') return [];
    const picked = answer.split(/[\s,]+/).map((number) => found[Number(number) - 1]?.client);
    if (picked.every((client) => client !== undefined)) return [...new Set(picked)];
    terminal.say(`Enter numbers from 1 to ${String(found.length)}.`);
  }
}

/** Copies the plugin to a folder that is not there yet. */
async function copyPlugin(from: string, folder: string): Promise<string> {
  if (!existsSync(from))
    throw invalid('This installation has no agent plugin. Use the package from npm: npx mysql-pilot init --plugin DIR');
  if (existsSync(folder)) throw invalid(`${folder} already exists. Name a new folder.`);
  await cp(from, folder, { recursive: true, errorOnExist: true, force: false });
  return `The agent plugin is in ${folder}.\nAdd the folder to your client as an agent plugin. In VS Code, it adds nothing to the extension.`;
}

/** The client has a folder of its own; every project has one. */
function isFound({ id, isShared }: McpClient, place: Place): boolean {
  const file = fileOf(id, place);
  return existsSync(isShared ? file : path.dirname(file));
}

function parseInit(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        client: { type: 'string', multiple: true, default: [] },
        folder: { type: 'string', default: '.' },
        plugin: { type: 'string' },
        print: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        remove: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.print && (values.yes || values.remove))
      throw invalid("--print writes nothing, so it can't be combined with --yes or --remove.");
    return values;
  } catch (error) {
    throw error instanceof PilotError ? error : invalid((error as Error).message);
  }
}

function clientNamed(name: string): McpClient {
  const client = MCP_CLIENTS.find(({ id }) => id === name);
  if (client !== undefined) return client;
  throw invalid(`There is no client ${name}. Use one of: ${MCP_CLIENTS.map(({ id }) => id).join(', ')}.`);
}

function invalid(message: string): PilotError {
  return new PilotError('input.invalid', message, { nextStep: 'See mysql-pilot init --help.' });
}
