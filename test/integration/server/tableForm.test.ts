import assert from 'node:assert/strict';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** Tables with all that a definition can hold; `{mysql: …}` and `{mariadb: …}` stand for one of them only. */
const TABLES = [
  "CREATE TABLE plain (id INT PRIMARY KEY, a VARCHAR(10), b INT NOT NULL DEFAULT 7) COMMENT 'it''s \\\\ one\\nof them'",
  `CREATE TABLE typed (
     id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'a, b) -- c', e ENUM('a','b''c','d,e)') NOT NULL DEFAULT 'a', s SET('x','y') DEFAULT 'x,y',
     d DECIMAL(20,4) NOT NULL DEFAULT '0.0000', bits BIT(9) DEFAULT b'101', f DOUBLE, t TIME(3), y YEAR, ts TIMESTAMP(6) NULL DEFAULT NULL,
     created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, txt LONGTEXT CHARACTER SET latin1 COLLATE latin1_bin,
     b VARCHAR(5) COLLATE utf8mb4_bin NOT NULL DEFAULT 'o''k', raw VARBINARY(8) DEFAULT NULL, doc JSON, \`order\` INT, \`we ird\` INT NOT NULL,
     n INT DEFAULT NULL COMMENT 'NOT NULL DEFAULT NULL COMMENT', z INT(6) UNSIGNED ZEROFILL, u CHAR(36) DEFAULT (UUID()), j TEXT DEFAULT ('x''y')
   ) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`,
  `CREATE TABLE generated_ones (a INT, b INT GENERATED ALWAYS AS (a * 2) VIRTUAL, c INT GENERATED ALWAYS AS (a + (1)) STORED {mysql: NOT NULL} COMMENT 'sum',
     name VARCHAR(50), upper_name VARCHAR(60) GENERATED ALWAYS AS (CONCAT(name, ' '' x')) VIRTUAL, hidden INT DEFAULT 1 INVISIBLE, KEY (c))`,
  `CREATE TABLE keyed (a INT NOT NULL, b INT NOT NULL, c VARCHAR(200), t TEXT, g GEOMETRY NOT NULL {mysql: SRID 4326}, PRIMARY KEY (a, b), UNIQUE KEY \`u \`\`1\` (b), KEY k (c(10), a),
     KEY kd (a, b DESC), FULLTEXT KEY ft (t), SPATIAL KEY sp (g), KEY kc (c) COMMENT 'why, not' {mysql: INVISIBLE} {mysql:, KEY fx ((a + b))})`,
  `CREATE TABLE parent (x INT NOT NULL, y INT NOT NULL, PRIMARY KEY (x, y))`,
  `CREATE TABLE child (id INT PRIMARY KEY, x INT, y INT, z INT, w INT, CONSTRAINT fk_1 FOREIGN KEY (x, y) REFERENCES parent (x, y) ON DELETE CASCADE ON UPDATE SET NULL,
     CONSTRAINT \`fk 2\` FOREIGN KEY (z) REFERENCES plain (id) ON DELETE SET NULL, CONSTRAINT positive CHECK (w > 0 AND id <> 3) {mysql: NOT ENFORCED})`,
  `CREATE TABLE parts (id INT, day DATE, PRIMARY KEY (id, day)) ROW_FORMAT=DYNAMIC
     PARTITION BY RANGE (YEAR(day)) (PARTITION old VALUES LESS THAN (2020) COMMENT = 'a', PARTITION rest VALUES LESS THAN MAXVALUE)`,
  `CREATE TABLE squeezed (a INT) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8`,
  `CREATE TABLE old_engine (a INT, KEY (a)) ENGINE=MyISAM DEFAULT CHARSET=latin1`,
];

/** The other way: CREATE TABLE from the text of mysql_describe, level full. What this needs to know is all that a reader must know. */
function expand(text: string): string {
  const [head = '', ...lines] = text.split('\n');
  const unescape = (comment: string): string => comment.replaceAll(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' ? '\r' : c));
  const comment = (text?: string): string =>
    text === undefined ? '' : ` COMMENT '${unescape(text).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  const [, name = '', , tableComment] = /^[^.]+\.(\S+)( ~\d+ rows)?(?: -- (.*))?$/.exec(head) ?? assert.fail(head);
  const elements: string[] = [];
  let storage = '';
  let partition = '';
  for (const line of lines) {
    const [, key, rest = ''] = /^(PK|UNIQUE|INDEX|FULLTEXT|SPATIAL|FK|CHECK|PARTITION|TRIGGER) ?(.*)$/.exec(line) ?? [];
    const isColumn = key === undefined;
    if (line.startsWith('~')) break;
    if (/^(?:InnoDB|MyISAM), /.test(line)) storage = line;
    else if (key === 'PARTITION') partition = `PARTITION ${rest}`;
    else if (key === 'PK') elements.push(`PRIMARY KEY ${rest}`);
    else if (key === 'INDEX') elements.push(`KEY ${rest}`);
    else if (key === 'FK') {
      const [, fk = '', columns = '', target = '', to = '', actions = ''] =
        /^([^\s(`]+|`[^`]+`)(\([^)]+\))->([^\s(]+)(\([^)]+\))(.*)$/.exec(rest) ?? assert.fail(rest);
      elements.push(`CONSTRAINT ${fk} FOREIGN KEY ${columns} REFERENCES ${target} ${to}${actions}`);
    } else if (key === 'CHECK') elements.push(`CONSTRAINT ${rest}`.replace(/^CONSTRAINT (\S+) /, 'CONSTRAINT $1 CHECK '));
    else if (!isColumn) elements.push(`${key} KEY ${rest}`);
    else {
      // The comment begins at the first ` -- ` outside of quotes.
      const [, definition = '', text] = /^((?:'(?:[^'\\]|''|\\.)*'|(?! -- ).)*)(?: -- (.*))?$/.exec(line) ?? assert.fail(line);
      const generated = definition.includes(' AS (') ? definition.replace(' AS (', ' GENERATED ALWAYS AS (') : definition;
      const primary = generated.endsWith(' PK') ? ' PRIMARY KEY' : '';
      const plain = generated.replace(/ PK$/, '');
      const usual = plain.replace(/ auto\b/, ' AUTO_INCREMENT').replace(/ =/, ' DEFAULT ');
      const [, before = '', check = ''] = /^(.*?)( CHECK \(.*\))?$/.exec(usual.replace(/ NULL$/, '')) ?? [];
      const nullable = `${before}${!usual.endsWith(' NULL') ? ' NOT NULL' : usual.includes(' AS (') ? '' : ' NULL'}${check}`;
      const [, column = '', attributes = ''] = /^(`[^`]+`|\S+) (.*)$/.exec(nullable) ?? assert.fail(nullable);
      elements.push(`${column.startsWith('`') ? column : `\`${column}\``} ${attributes}${primary}${comment(text)}`);
    }
  }
  const [engine = '', collation = '', ...options] = storage.split(', ');
  return `CREATE TABLE ${name} (${elements.join(', ')}) ${storage === '' ? '' : `ENGINE=${engine} COLLATE=${collation}`} ${options.join(' ')}${comment(tableComment)} ${partition}`;
}

/** Without what a full description says beside the definition, from the size on. */
function definitionIn(text: string): string {
  return withoutMarks(text).replace(/\nsize ~[^]*$/, '');
}

for (const flavor of flavors) {
  suite(`the form of a table on ${flavor}`, () => {
    let setup: AgentSetup;
    let server: TestServer;
    let client: StdioClient;

    const created = async (database: string, table: string): Promise<string> => {
      const rows = (await execute(server, `SHOW CREATE TABLE ${database}.${table}`)) as { 'Create Table': string }[];
      return (rows[0]?.['Create Table'] ?? '').replace(/ AUTO_INCREMENT=\d+/, '');
    };

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: async (server) => {
          for (const name of ['forms', 'copies'])
            await execute(server, `DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name} COLLATE utf8mb4_unicode_ci`);
          for (const sql of TABLES) {
            const own = sql.replaceAll(/\{(\w+): ?((?:[^{}])*)\}/g, (_, which, text: string) => (which === flavor ? text : ''));
            await execute(server, own, 'forms');
          }
        },
        profiles: (server) => [asRoot(server)],
      });
      ({ server, client } = setup);
    });
    suiteTeardown(() => setup.dispose());

    test('holds all that SHOW CREATE TABLE holds: a table made from it is the same', async () => {
      const tables = (await execute(server, 'SHOW TABLES IN forms')) as Record<string, string>[];
      const names = tables.map((row) => String(Object.values(row)[0]));
      assert.equal(names.length, TABLES.length);
      for (const name of [...names, 'orders', 'order_items', 'customers', 'products', 'exact_values']) {
        const database = names.includes(name) ? 'forms' : 'shop';
        const { text, isError } = await client.call('mysql_describe', { tables: [name], database, level: 'full' });
        assert.ok(!isError, text);
        const sql = expand(definitionIn(text));
        await execute(server, `SET foreign_key_checks = 0; ${sql}`, 'copies').catch((error: unknown) => {
          throw new Error(`${String(error)}\n${text}\n${sql}`);
        });
        assert.equal(await created('copies', name), await created(database, name), text);
      }
    });

    test('needs at most half of the tokens', async () => {
      let [compact, whole] = [0, 0];
      for (const name of ['orders', 'order_items', 'customers', 'products', 'exact_values']) {
        const { text } = await client.call('mysql_describe', { tables: [name], database: 'shop', level: 'full' });
        compact += countTokens(definitionIn(text));
        whole += countTokens(await created('shop', name));
      }
      assert.ok(compact / whole <= 0.5, `${String(compact)} of ${String(whole)} tokens`);
    });
  });
}
