import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { modesOf, type Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { splitScript } from '../../../src/engine/sql/script.ts';
import { pieceAt } from '../../../src/engine/sql/lexer/pieces.ts';
import { ModeTracker } from '../../../src/engine/sql/sqlMode.ts';
import { queriesOfClient } from '../../harness/servers/clientQueries.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const read = (name: string): string => readFileSync(path.join(import.meta.dirname, 'scripts', name), 'utf8');

interface Entry {
  readonly flavor: string;
  readonly text: string;
}

/** One program a line: `~` between statements, `⏎` for a line end, `$N` for a number of its own. */
const PROGRAMS: readonly Entry[] = read('programs.txt')
  .trim()
  .split('\n')
  .map((line, i) => {
    const [flavor = '', ...rest] = line.split(': ');
    return { flavor, text: rest.join(': ').replaceAll('⏎', '\n').replaceAll('$N', String(i)) };
  });
/** Whole scripts; `␍` for a carriage return. */
const SCRIPTS: readonly Entry[] = read('clientScripts.txt')
  .split(/^==== /m)
  .slice(1)
  .map((entry) => ({
    flavor: entry.slice(0, entry.indexOf('\n')),
    text: entry.slice(entry.indexOf('\n') + 1, -1).replaceAll('␍', '\r'),
  }));

const TABLES = `CREATE TABLE src (id INT); CREATE TABLE dst (n INT); CREATE TABLE log (n INT); CREATE TABLE ranges (begin INT, end INT);
  CREATE PROCEDURE q0() SELECT 1; INSERT INTO src VALUES (1); INSERT INTO ranges VALUES (1, 2)`;
/** What programs the catalog holds, without where and when they were made. */
const CATALOG = `SELECT routine_type AS kind, routine_name AS name, routine_definition AS body FROM information_schema.routines WHERE routine_schema = DATABASE()
  UNION ALL SELECT 'TRIGGER', CONCAT(trigger_name, action_timing, event_manipulation, action_order), action_statement FROM information_schema.triggers WHERE trigger_schema = DATABASE()
  UNION ALL SELECT 'EVENT', event_name, event_definition FROM information_schema.events WHERE event_schema = DATABASE()
  UNION ALL SELECT 'TABLE', table_name, table_type FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1, 2`;
const DATA = 'SELECT * FROM log ORDER BY 1';

/** The text without comments and blanks, which clients may drop. */
function bare(text: string, dialect: Dialect): string {
  let kept = '';
  for (let at = 0; at < text.length;) {
    const { kind, end } = pieceAt(text, at, dialect);
    if (kind !== 'comment' && kind !== 'blank') kept += text.slice(at, end);
    at = end;
  }
  const [, database] = /^use[`]?(\w+)[`]?$/i.exec(kept) ?? [];
  return database === undefined ? kept.replace(/;+$/, '') : `USE ${database}`;
}

/** What remains of each statement under the mode that it is read by, which those before it may have set. */
function bareTexts(texts: readonly string[], dialect: Dialect): string[] {
  const modes = new ModeTracker(dialect);
  const found: string[] = [];
  for (const text of texts) {
    const one = bare(text, modes.dialect);
    for (const statement of splitScript(text, modes.dialect)) modes.run(statement.text);
    if (one !== '' && !(one === found.at(-1) && one.startsWith('USE '))) found.push(one);
  }
  return found;
}

/** Joins our statements where a client sends several in one text, which the server then takes apart. */
function joinAsSent(ours: readonly string[], sent: readonly string[]): string[] {
  const rest = [...ours];
  const joined: string[] = [];
  for (const text of sent) {
    let one = rest.shift();
    while (one !== undefined && one !== text && text.startsWith(`${one};`) && rest.length > 0) one = `${one};${rest.shift() ?? ''}`;
    if (one !== undefined) joined.push(one);
  }
  return [...joined, ...rest];
}

for (const flavor of ['mysql', 'mariadb'] satisfies Flavor[]) {
  suite(`scripts as the client of ${flavor} reads them`, function () {
    this.timeout(300_000);
    let server: TestServer;
    let dialect: Dialect;
    const own = (entries: readonly Entry[]): readonly Entry[] =>
      entries.filter((entry) => entry.flavor === 'both' || entry.flavor === flavor);

    suiteSetup(async () => {
      server = await startServer(flavor, ['--event-scheduler=OFF']);
      const [{ version }] = (await execute(server, 'SELECT VERSION() AS version')) as [{ version: string }];
      const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
      dialect = { flavor, version: major * 10_000 + minor * 100 + patch, ...modesOf('') };
      for (const name of ['scripts_a', 'scripts_b']) await execute(server, `CREATE DATABASE ${name}; USE ${name}; ${TABLES}`);
    });
    suiteTeardown(() => server.dispose());

    const catalog = async (name: string): Promise<unknown> => {
      const objects = (await execute(server, CATALOG, name)) as { kind: string; name: string; body: string }[];
      const data = await execute(server, DATA, name);
      return [objects.map(({ kind, name: own, body }) => `${kind} ${own}: ${bare(body, dialect)}`), data];
    };

    test('sends what the client sends where DELIMITER and its commands are used', async () => {
      for (const { text } of own(SCRIPTS)) {
        const sent = bareTexts(await queriesOfClient(server, text, 'scripts_a'), dialect);
        const ours = bareTexts(
          splitScript(text, dialect).map((statement) => statement.text),
          dialect,
        );
        assert.deepEqual(joinAsSent(ours, sent), sent, JSON.stringify(text));
      }
      assert.ok(own(SCRIPTS).length > 200);
    });

    test('without DELIMITER, programs are whole: the server takes each statement, and the catalog is as with DELIMITER', async () => {
      const programs = own(PROGRAMS).map(({ text }) => text.split('~').map((statement) => statement.replace(/;$/, '')));
      const wanted = programs.flat();
      const ours = splitScript(`${wanted.join(';\n')};\n`, dialect).map(({ text }) => text);
      assert.deepEqual(
        ours.map((text) => bare(text, dialect)),
        wanted.map((text) => bare(text, dialect)),
      );

      const connection: Connection = await adminConnection({ ...server, old: false }, 'scripts_b');
      try {
        for (const text of ours) await connection.query(text).catch((error: unknown) => assert.fail(`${text}: ${String(error)}`));
      } finally {
        await connection.end();
      }
      await execute(server, `DROP DATABASE scripts_a; CREATE DATABASE scripts_a; USE scripts_a; ${TABLES}`);
      await queriesOfClient(server, `DELIMITER ~\n${wanted.join('~\n')}~\n`, 'scripts_a');
      assert.deepEqual(await catalog('scripts_b'), await catalog('scripts_a'));
      assert.ok(programs.length > 350);
    });

    test('the same programs in a script with DELIMITER are the same statements', () => {
      for (const { text } of own(PROGRAMS)) {
        const wanted = text.split('~').map((statement) => statement.replace(/;$/, ''));
        for (const end of ['//', ';\n//', ' ;//']) {
          const script = `DELIMITER //\n${wanted.join(`${end}\n`)}${end}\nDELIMITER ;\nSELECT 99;`;
          const ours = splitScript(script, dialect).map((statement) => bare(statement.text, dialect));
          assert.deepEqual(ours, [...wanted.map((statement) => bare(statement, dialect)), 'SELECT99'], script);
        }
      }
    });
  });
}
