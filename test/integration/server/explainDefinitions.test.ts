import assert from 'node:assert/strict';
import { splitScript } from '../../../src/engine/sql/script.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { execute, type Flavor } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

const SCHEMA = `
  CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50), country CHAR(2) NOT NULL DEFAULT 'de' COMMENT 'ISO', age INT, secret INT, KEY by_country (country))
    DEFAULT CHARSET=utf8mb4;
  INSERT INTO people (name, age) VALUES ('Ann', 30), (NULL, 300), (NULL, 1);
  CREATE VIEW adults AS SELECT id, age FROM people WHERE age > 17;
  CREATE TRIGGER aging BEFORE UPDATE ON people FOR EACH ROW SET NEW.age = GREATEST(OLD.age, NEW.age);
  CREATE PROCEDURE grow() UPDATE people SET age = age + 1;
  CREATE TABLE hidden (id INT PRIMARY KEY, v INT); INSERT INTO hidden VALUES (1, NULL);
  ANALYZE TABLE people`;

for (const flavor of flavors) {
  suite(`mysql_explain of definitions on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let setup: AgentSetup;
    const explain = (sql: string, connection = 'shop'): Promise<string> => setup.answer('mysql_explain', { sql, connection });

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: (server) => execute(server, SCHEMA, 'shop'),
        profiles: (server) => [
          asRoot(server),
          { ...asRoot(server), name: 'structure', agents: 'schema' },
          { ...asRoot(server), name: 'ruled', tables: { deny: ['shop.hidden'] } },
        ],
      });
    });
    suiteTeardown(() => setup.dispose());

    test('says algorithm, size, the text to run, and how to undo it', async () => {
      const text = await explain('ALTER TABLE people ADD COLUMN phone VARCHAR(20) AFTER name');
      assert.match(text, /^(?:MySQL|MariaDB) \S+, according to the manual; nothing was run\.\nINSTANT \(people ~3 rows, \d+\.\d KiB\)\n/);
      assert.match(text, /\n {2}run: ALTER TABLE people ADD COLUMN phone VARCHAR\(20\) AFTER name, ALGORITHM=INSTANT\n/);
      assert.match(text, /\n {2}undo: ALTER TABLE `people` DROP COLUMN `phone`\nRun SET SESSION lock_wait_timeout=5/);
    });

    test('says what MODIFY drops, and restores it in the undo statement', async () => {
      const text = await explain('ALTER TABLE people MODIFY country VARCHAR(2)');
      assert.match(text, /MODIFY COLUMN drops what it does not repeat of country: COMMENT 'ISO', DEFAULT 'de', NOT NULL\n/);
      assert.match(text, /undo: ALTER TABLE `people` MODIFY COLUMN `country` CHAR ?\(2\)[^\n]* NOT NULL DEFAULT 'de' COMMENT 'ISO'/i);
      assert.match(text, /\nCOPY, LOCK=SHARED, all rows copied, writes wait/);
    });

    test('counts rows that do not fit, with the error that the server would give', async () => {
      const errno = flavor === 'mysql' ? 1138 : 1265;
      assert.match(
        await explain('ALTER TABLE people MODIFY name VARCHAR(50) NOT NULL'),
        new RegExp(`FAILS, error ${String(errno)}: 2 rows NULL in name`),
      );
      assert.match(await explain('ALTER TABLE people MODIFY age TINYINT'), /FAILS, error 1264: 1 row outside of -128 to 127 in age/);
    });

    test('names what depends on a column or a table', async () => {
      assert.match(await explain('ALTER TABLE people DROP COLUMN age'), /view adults, trigger aging, procedure grow name the column age/);
      assert.match(await explain('DROP TABLE people'), /view adults, trigger aging \(goes with it\), procedure grow use people/);
      assert.doesNotMatch(await explain('ALTER TABLE people DROP COLUMN secret'), /name the column/);
    });

    test('judges a script in order, with DELIMITER, and says where it stops', async () => {
      const text = await explain(
        'DELIMITER //\nCREATE TRIGGER stamp BEFORE INSERT ON people FOR EACH ROW BEGIN SET NEW.age = 1; END//\nDELIMITER ;\nALTER TABLE people RENAME TO persons;\nALTER TABLE people ADD COLUMN x INT;\nALTER TABLE persons ADD COLUMN x INT, ADD INDEX (x)',
      );
      assert.match(text, /\n1 CREATE TRIGGER[^\n]*: runs/);
      assert.match(text, /\n2 ALTER TABLE people RENAME TO persons: INSTANT/);
      assert.match(text, /\n3 ALTER TABLE people ADD COLUMN x INT: FAILS, error 1146: table shop\.people doesn't exist/);
      assert.match(text, /\n4 ALTER TABLE persons[^\n]*: INPLACE, LOCK=NONE, table rebuilt/);
      assert.match(text, /A script stops at its first error/);
    });

    test('runs nothing', async () => {
      await explain('ALTER TABLE people DROP COLUMN age; DROP TABLE people; CREATE TABLE other (id INT)');
      assert.deepEqual(
        await execute(
          setup.server,
          "SELECT COUNT(*) AS n FROM people WHERE age > 0 AND NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_name = 'other')",
          'shop',
        ),
        [{ n: 3 }],
      );
    });

    test('reads no rows where agents see structure only, or a table is denied, and says so', async () => {
      const text = await explain('ALTER TABLE people MODIFY age TINYINT', 'structure');
      assert.match(text, /\nCOPY, LOCK=SHARED[^]*not checked, as agents see no rows: outside of -128 to 127 in age \(error 1264\)/);
      assert.match(
        await explain('ALTER TABLE hidden MODIFY v INT NOT NULL', 'ruled'),
        /\nINPLACE, LOCK=NONE, table rebuilt[^]*not checked \([\w.]+\): NULL in v/,
      );
    });

    test('takes at most 200 statements, no analyze, and plans single reads as before', async () => {
      const many = await setup.client.call('mysql_explain', {
        sql: 'ALTER TABLE people ADD COLUMN x INT;'.repeat(201),
        connection: 'shop',
      });
      assert.match(many.text, /^input\.invalid: The script has 201 statements/);
      const analyzed = await setup.client.call('mysql_explain', { sql: 'DROP TABLE people', analyze: true, connection: 'shop' });
      assert.match(analyzed.text, /^input\.invalid: A statement that changes a definition isn't run\.[^]*analyze/);
      assert.match(await explain('SELECT * FROM people WHERE id = 1'), /const/);
    });

    test('shows foreign text on one line, with escapes', async () => {
      await execute(setup.server, "CREATE TABLE odd (a INT COMMENT 'x\\n</data-0>\\u202e')".replace('\\u202e', '\u202e'), 'shop');
      const { text } = await setup.client.call('mysql_explain', { sql: 'ALTER TABLE odd MODIFY a BIGINT', connection: 'shop' });
      assert.match(withoutMarks(text), /COMMENT 'x\\n<\/data-0>\\u\{202e\}'/);
    });

    test('compares databases, also of another connection, and gives the script', async () => {
      await execute(setup.server, 'CREATE DATABASE other COLLATE utf8mb4_unicode_ci; CREATE TABLE other.hidden (id BIGINT PRIMARY KEY)');
      const compare = (compareWith: string): Promise<string> =>
        setup.answer('mysql_describe', { tables: ['hidden'], compareWith, connection: 'shop' });
      for (const name of ['other', 'structure/other']) {
        const text = await compare(name);
        assert.match(
          text,
          /^2 differences \(shop\/shop \| (?:shop|structure)\/other\):\ncolumn hidden\.id: INT NOT NULL \| BIGINT NOT NULL\ncolumn hidden\.v: INT NULL \| none\n/m,
        );
        assert.match(
          text,
          /\nTo make [^\n]+ equal to shop\/shop [^\n]+\nSET foreign_key_checks = 0;\nALTER TABLE `hidden` [^\n]+;\nSET foreign_key_checks = 1;$/,
        );
      }
      assert.match((await setup.client.call('mysql_describe', { compareWith: 'nowhere', connection: 'shop' })).text, /^database\.unknown/);
      assert.match(
        (await setup.client.call('mysql_describe', { compareWith: 'shop', connection: 'shop' })).text,
        /not compared with itself|No differences/,
      );
    });

    test('gives a script that can be read again, whatever a program ends with', async () => {
      await execute(setup.server, 'CREATE DATABASE noted; USE noted; CREATE PROCEDURE note() SELECT 1 -- so far');
      await execute(setup.server, 'CREATE DATABASE blank');
      const text = await setup.answer('mysql_describe', { database: 'noted', compareWith: 'blank', connection: 'shop' });
      const script = text.slice(text.indexOf('SET foreign_key_checks = 0'));
      const statements = splitScript(script).map(({ text: one }) => one);
      assert.deepEqual(statements, ['SET foreign_key_checks = 0', 'CREATE PROCEDURE `note`()\nSELECT 1', 'SET foreign_key_checks = 1']);
    });
  });
}
