import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { writeNameEntry, type NameEntry } from '../src/engine/sql/reserved/nameList.ts';
import { ROOT } from '../test/harness/root.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { FUNCTION_HISTORY, RESERVED_HISTORY, type History } from './builtins/history.ts';
import { mergeReleases, type ReleaseNames } from './builtins/mergeReleases.ts';
import { measure } from './builtins/measure.ts';

/**
 * `npm run builtins`: asks each server that can be had here which names are its own functions and which words are reserved, and writes
 * src/engine/guard/builtins and src/engine/sql/reserved. One server runs per process, since the harness chooses its release by the environment:
 * `npm run builtins -- --measure mysql` prints what one server says.
 */
const RELEASES = {
  mysql: [{ MYSQL_TEST_VERSION: '5.6' }, { MYSQL_TEST_VERSION: '9.7' }],
  mariadb: [{ MARIADB_TEST_VERSION: '10.5' }, { MARIADB_TEST_VERSION: '10.11' }, { MARIADB_TEST_VERSION: '11.8' }],
} as const;
const FOLDERS = { functions: 'src/engine/guard/builtins', reserved: 'src/engine/sql/reserved' } as const;
const LINE_LENGTH = 130;

const { values } = parseArgs({ options: { measure: { type: 'string' }, candidates: { type: 'string' } } });
if (values.measure === 'mysql' || values.measure === 'mariadb') {
  const server = await startServer(values.measure);
  try {
    const candidates = (await readFile(values.candidates ?? '', 'utf8')).split('\n');
    process.stdout.write(JSON.stringify(await measure(server, candidates)));
  } finally {
    await server.dispose();
  }
} else {
  await writeLists();
}

async function writeLists(): Promise<void> {
  const candidates = path.join(ROOT, 'scripts/builtins/candidates.txt');
  for (const flavor of ['mysql', 'mariadb'] as const) {
    const releases = RELEASES[flavor].map((env) => ask(flavor, env, candidates));
    await write(`${flavor}Functions.ts`, `${flavor.toUpperCase()}_FUNCTIONS`, releases, 'functions', FUNCTION_HISTORY[flavor]);
    await write(`${flavor}Reserved.ts`, `${flavor.toUpperCase()}_RESERVED`, releases, 'reserved', RESERVED_HISTORY[flavor]);
  }
}

function ask(flavor: string, env: Readonly<Record<string, string>>, candidates: string): ReleaseNames {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/builtins.ts', '--measure', flavor, '--candidates', candidates], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${flavor} ${Object.values(env).join()} could not be asked.`);
  return JSON.parse(stdout) as ReleaseNames;
}

async function write(
  file: string,
  constant: string,
  releases: readonly ReleaseNames[],
  kind: 'functions' | 'reserved',
  history: History,
): Promise<void> {
  const entries = mergeReleases(releases, kind, history);
  const lines = [''];
  for (const word of entries.map(([name, entry]: readonly [string, NameEntry]) => writeNameEntry(name, entry))) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length >= LINE_LENGTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  const what = kind === 'functions' ? 'Names that the server takes for its own functions' : 'Words that are no identifiers without quotes';
  const asked = releases.map(({ version }) => version).join(', ');
  const text = [
    `/** ${what}, as \`parseNameList\` reads them. Written by \`npm run builtins\`, which asked the versions ${asked}. */`,
    `export const ${constant} = \``,
    ...lines,
    '`;',
    '',
  ].join('\n');
  await writeFile(path.join(ROOT, FOLDERS[kind], file), text);
  console.log(`${file}: ${String(entries.length)} entries, ${String(text.length)} characters`);
}
