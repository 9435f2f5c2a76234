import assert from 'node:assert/strict';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { findCharset } from '../../../../src/engine/driver/charset/charset.ts';
import { charsetOf } from '../../../../src/engine/driver/charset/collationNumbers.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { openPeople, Person } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** Which servers take for results, but not for statements. */
const RESULTS_ONLY = new Set(['ucs2', 'utf16', 'utf16le', 'utf32']);
/** Sets whose characters are single bytes leave the rest out; of the others, and of what is not in the set, this is enough to tell them apart. */
const SAMPLE = 'éüßñçÅøžŁőйЖяσΩאשثกค한글あ漢字中文';

for (const flavor of flavors) {
  suite(`the character sets of a session on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;
    let person: Person;
    let names: string[];

    const ask = async (sql: string): Promise<Record<string, unknown>[]> => (await execute(server, sql)) as Record<string, unknown>[];

    suiteSetup(async () => {
      server = await startServer(flavor);
      database = await openPeople(server, 'own');
      names = (await ask('SELECT character_set_name AS n FROM information_schema.character_sets'))
        .map(({ n }) => String(n))
        .filter((name) => name !== 'binary');
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });
    setup(() => {
      person = new Person(database.sessions.open());
    });
    teardown(() => {
      person.userSession.close();
    });

    test('the character set of each collation is known', async () => {
      const from = flavor === 'mysql' ? 'collations' : 'collation_character_set_applicability';
      const rows = await ask(`SELECT id, character_set_name AS name FROM information_schema.${from} WHERE id IS NOT NULL`);
      const known = rows.map(({ id }) => charsetOf(Number(id)));
      assert.deepEqual(
        known,
        rows.map(({ name }) => (name === 'utf8' ? 'utf8mb3' : name)),
      );
    });

    test('what a statement says in each character set is what its answer says', async () => {
      assert.ok(names.length > 35);
      for (const name of names.filter((one) => !RESULTS_ONLY.has(one))) {
        const charset = findCharset(name);
        assert.ok(charset, name);
        const text = Array.from(SAMPLE)
          .filter((character) => charset.encode(character) !== undefined)
          .join('');
        const [row] = await ask(`SELECT HEX(CONVERT('${text}' USING ${name})) AS h`);
        assert.equal(charset.encode(text)?.toString('hex').toUpperCase(), row?.['h'], name);
        await person.run(`SET NAMES ${name}`);
        const { results } = await person.run(`SELECT '${text}' AS "${text}!", JSON_QUOTE('${text}') AS j`);
        assert.deepEqual([results[0]?.columns[0]?.name, results[0]?.rows], [`${text}!`, [[text, `"${text}"`]]], name);
      }
    });

    test('what a table holds is read in each character set that answers can have', async () => {
      await execute(
        server,
        `DROP TABLE IF EXISTS texts; CREATE TABLE texts (id INT, t VARCHAR(50), j JSON, e ENUM('é', 'ü'), d DATETIME, n DECIMAL(5, 2)) CHARACTER SET utf8mb4`,
        'own',
      );
      for (const name of names) {
        const charset = findCharset(name);
        assert.ok(charset, name);
        const isIn = (character: string): boolean => RESULTS_ONLY.has(name) || charset.encode(character) !== undefined;
        const text = Array.from(SAMPLE).filter(isIn).join('');
        const json = name === 'swe7' ? `"${text}"` : `{"a": "${text}"}`; // which has no braces
        const e = isIn('é') ? 'é' : null;
        await execute(
          server,
          `DELETE FROM texts; INSERT INTO texts VALUES (1, '${text}', '${json}', ${e === null ? 'NULL' : `'${e}'`}, '2020-01-02 03:04:05', 1.5)`,
          'own',
        );
        await person.run(`SET character_set_results = ${name}`);
        assert.deepEqual(await person.rows('SELECT * FROM texts'), [['1', text, json, e, '2020-01-02 03:04:05', '1.50']], name);
      }
    });

    test('without conversion each column is read in its own character set', async () => {
      await execute(
        server,
        "DROP TABLE IF EXISTS own_sets; CREATE TABLE own_sets (a VARCHAR(9) CHARACTER SET latin1, b VARCHAR(9) CHARACTER SET cp1251, c VARCHAR(9) CHARACTER SET sjis, d VARCHAR(9) CHARACTER SET utf8mb4); INSERT INTO own_sets VALUES ('é€', 'Ж', '漢', '\ufeff한')",
        'own',
      );
      await person.run('SET character_set_results = NULL');
      assert.deepEqual(await person.rows('SELECT * FROM own_sets'), [['é€', 'Ж', '漢', '\ufeff한']]);
    });

    test('an error is told in the character set of the session', async () => {
      await person.run('SET NAMES latin1');
      await assert.rejects(person.run('SELECT * FROM `café`'), /café/);
    });

    test('a statement with a character that the set does not have is not sent', async () => {
      await person.run('SET NAMES latin1');
      await assert.rejects(person.run("SELECT '한'"), (error) => isPilotError(error, 'input.invalid'));
      assert.equal(await person.value("SELECT 'é'"), 'é');
    });

    test('the mode of the session is known from its answers', async () => {
      await person.run("SET SESSION sql_mode = 'ANSI_QUOTES'");
      assert.deepEqual(person.userSession.sqlMode, ['ANSI_QUOTES']);
      await person.run("SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES')");
      assert.deepEqual([...person.userSession.sqlMode].sort(), ['ANSI_QUOTES', 'NO_BACKSLASH_ESCAPES']);
      assert.equal(await person.value("SELECT 'C:\\'"), 'C:\\');
      await person.run('USE "information_schema"');
      assert.equal(person.userSession.database, 'information_schema');
    });
  });
}
