import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isNative, nativeNames } from '../../../src/engine/guard/builtins/nativeFunctions.ts';
import { isReserved } from '../../../src/engine/sql/reserved/reservedWords.ts';
import { shadowedNativesSql } from '../../../src/engine/guard/builtins/shadowedNatives.ts';
import { PLAIN_MODES, type Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { writeIdentifier, writeRoutineName } from '../../../src/engine/sql/writtenNames.ts';
import { ARGUMENTS, BuiltinProbe, CALL_FORMS, type CallForm } from '../../harness/servers/builtinProbe.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** The last two arguments are `*` and `DISTINCT 0`, which no stored function takes. */
const COUNTS = ARGUMENTS.length - 2;

for (const flavor of flavors) {
  suite(`built-in names of ${flavor}`, () => {
    let server: TestServer;
    let probe: BuiltinProbe;
    let dialect: Dialect;

    suiteSetup(async () => {
      server = await startServer(flavor);
      probe = await BuiltinProbe.open(server);
      const [{ version }] = (await execute(server, 'SELECT VERSION() AS version')) as [{ version: string }];
      const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
      dialect = { flavor, version: major * 10_000 + minor * 100 + patch, ...PLAIN_MODES };
    });
    suiteTeardown(async () => {
      await probe.close();
      await server.dispose();
    });

    const wronglyNative = async (name: string, form: CallForm): Promise<string[]> => {
      const answers = (await probe.answers(name, form)).slice(0, COUNTS);
      const believed = (argumentCount: number): boolean =>
        isNative(name, dialect, { blankBefore: form === 'blank', quoted: form === 'quoted', argumentCount });
      return answers.flatMap((answer, i) => (answer === 'stored' && believed(i) ? [`${name} ${form} ${String(i)}`] : []));
    };

    test('no call that is believed to be native reaches a stored function of that name', async () => {
      const wrong: string[] = [];
      let asked = 0;
      for (const name of nativeNames(dialect)) {
        await probe.withStored(name, async () => {
          for (const form of CALL_FORMS) wrong.push(...(await wronglyNative(name, form)));
        });
        asked++;
      }
      assert.deepEqual(wrong, []);
      assert.ok(asked > 300, `${String(asked)} names`);
    }).timeout(240_000);

    test('the probe finds a name that is free for stored functions', async () => {
      const free = flavor === 'mysql' ? 'NVL' : 'ANY_VALUE';
      const answers = await probe.withStored(free, () => probe.answers(free, 'plain'));
      assert.ok(answers.slice(0, COUNTS).every((answer) => answer === 'stored'));
    });

    test('names as people write them are taken wherever a name may stand', async () => {
      const names = new Set(readFileSync(path.join(import.meta.dirname, '../../../scripts/builtins/candidates.txt'), 'utf8').split(/\s+/));
      for (const { name } of (await probe.ask("SELECT CONCAT('_', character_set_name) AS name FROM information_schema.character_sets"))
        .rows)
        names.add(String(name));
      const wrong: string[] = [];
      for (const name of [...names].filter((one) => one !== '')) {
        const word = writeIdentifier(name.toLowerCase(), dialect);
        const uses = [
          `SELECT ${word}, x.${word} FROM ${word} AS x WHERE ${word} = 1 GROUP BY ${word} ORDER BY ${word}`,
          `SELECT DISTINCT ${word}, a FROM x AS ${word}`,
          `SELECT 1 FROM x ${word} JOIN ${word} AS y USING (${word})`,
          `SELECT * FROM ${word}.${word}`,
          `UPDATE ${word} SET a = 1, ${word} = ${word} IS NULL WHERE ${word} IN (1)`,
          `INSERT INTO ${word} (${word}, a) VALUES (1, 2) ON DUPLICATE KEY UPDATE ${word} = 1`,
          `CREATE TABLE nowhere.${word} (${word} INT, KEY ${word} (${word}))`,
          `ALTER TABLE ${word} ADD COLUMN ${word} INT, DROP COLUMN ${word}`,
          `CALL ${writeRoutineName(name.toLowerCase(), dialect)}()`,
        ];
        const answers = await Promise.all(uses.map((sql) => probe.ask(sql)));
        wrong.push(...uses.filter((_, i) => answers[i]?.errno === 1064));
      }
      assert.deepEqual(wrong, []);
      assert.ok(names.size > 1000);
    }).timeout(240_000);

    test('words that are believed to be identifiers are taken as such', async () => {
      for (const word of [
        'SELECT',
        'KEY',
        'RANK',
        'OFFSET',
        'VECTOR',
        'ROWS',
        'SYSTEM',
        'WINDOW',
        'NAME',
        'STATUS',
        'VALUE',
        'OF',
        'EXCEPT',
      ]) {
        assert.equal(isReserved(word, dialect), await probe.isReserved(word), word);
      }
    });

    test('stored functions of native names are listed, whatever their case', async () => {
      await probe.withStored('fLoOr', async () => {
        assert.deepEqual(await execute(server, shadowedNativesSql(dialect)), [{ database: 'builtin_probe', name: 'fLoOr' }]);
      });
      assert.deepEqual(await execute(server, shadowedNativesSql(dialect)), []);
    });
  });
}
