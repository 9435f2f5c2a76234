import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { PROMPTS } from '../src/server/resources/prompts.ts';
import { RESOURCE_TEMPLATES } from '../src/server/resources/resources.ts';
import { VARIABLES } from '../src/server/config/variables.ts';
import { limitsOf } from '../src/server/limits/limits.ts';
import { allTools } from '../src/server/tools/builtInTools.ts';
import { checkWrite } from '../src/engine/guard/writePolicy.ts';
import { PLAIN_MODES, type Dialect } from '../src/engine/sql/lexer/dialect.ts';
import { parseStatements } from '../src/engine/sql/parser/parse.ts';
import { ROOT } from '../test/harness/root.ts';
import { adviceTable, errorTable } from './errorTables.ts';

/** `npm run docs` writes the tables of docs/reference.md, docs/security.md and docs/errors.md from the code; `-- --check` fails where they are stale. */

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly description?: string; readonly markdownDescription?: string }>>;
    };
  };
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function toolTable(): string {
  const rows = allTools(limitsOf()).map(({ name, description, inputSchema }) => {
    const parameters = Object.keys(inputSchema['properties'] ?? {})
      .map((parameter) => `\`${parameter}\``)
      .join(', ');
    return `| \`${name}\` | ${cell(description)} | ${parameters} |`;
  });
  return ['| tool | what it does | parameters |', '| --- | --- | --- |', ...rows].join('\n');
}

function promptTable(): string {
  const rows = PROMPTS.map(({ name, description, arguments: inputs }) => {
    const named = inputs.map((input) => `\`${input.name}\`${input.required ? '' : ' (optional)'}`).join(', ');
    return `| \`${name}\` | ${cell(description)} | ${named} |`;
  });
  return ['| prompt | what it does | arguments |', '| --- | --- | --- |', ...rows].join('\n');
}

function resourceTable(): string {
  const rows = RESOURCE_TEMPLATES.map(({ uriTemplate, description }) => `| \`${uriTemplate}\` | ${cell(description)} |`);
  return ['| resource | what it contains |', '| --- | --- |', ...rows].join('\n');
}

function settingTable({ contributes }: Manifest): string {
  const rows = Object.entries(contributes.configuration.properties).map(([id, { description, markdownDescription = description }]) => {
    if (markdownDescription === undefined) throw new Error(`${id} has no markdownDescription in package.json.`);
    return `| \`${id}\` | ${cell(markdownDescription)} |`;
  });
  return ['| setting | meaning |', '| --- | --- |', ...rows].join('\n');
}

function commandTable({ contributes }: Manifest): string {
  const rows = contributes.commands.map(({ command, title, category }) => `| ${category}: ${title} | \`${command}\` |`);
  return ['| command | id |', '| --- | --- |', ...rows].join('\n');
}

const MYSQL: Dialect = { flavor: 'mysql', version: 90704, ...PLAIN_MODES };
const MARIADB: Dialect = { flavor: 'mariadb', version: 110803, ...PLAIN_MODES };

/** Statements that stand for their kind, and what is worth knowing of it. The classes are those that the guard gives them. */
const WRITES: readonly (readonly [sql: string, about: string, dialect?: Dialect])[] = [
  ['INSERT INTO t VALUES (1)', ''],
  ['REPLACE INTO t VALUES (1)', 'deletes an existing row with the same key'],
  ['INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1', ''],
  ['UPDATE t SET a = 1', ''],
  ['DELETE FROM t', ''],
  ['CREATE TABLE t (a INT)', 'also CREATE INDEX, DATABASE, and VIEW'],
  ['CREATE TABLE t AS SELECT * FROM u', 'copies rows'],
  ['CREATE OR REPLACE TABLE t (a INT)', 'MariaDB', MARIADB],
  ['ALTER TABLE t ADD COLUMN a INT', 'also indexes, keys, defaults, names, comments'],
  ['ALTER TABLE t MODIFY a INT', 'also CHANGE and CONVERT TO CHARACTER SET: values may be rounded or shortened'],
  ['ALTER TABLE t DROP COLUMN a', ''],
  ['ALTER TABLE t ENGINE = MEMORY', 'any engine except InnoDB; engines with data outside the server are refused'],
  ['ALTER IGNORE TABLE t ADD UNIQUE (a)', 'MariaDB', MARIADB],
  ['ALTER TABLE t DROP PARTITION p', 'also TRUNCATE PARTITION'],
  [
    'ALTER TABLE t REORGANIZE PARTITION p INTO (PARTITION p VALUES IN (1))',
    'deletes rows whose LIST value is in none of the new partitions',
  ],
  ['ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u', ''],
  ['ALTER TABLE t DISCARD TABLESPACE', ''],
  ['ALTER TABLE t IMPORT TABLESPACE', ''],
  ['ALTER TABLE t DROP SYSTEM VERSIONING', 'MariaDB', MARIADB],
  ['RENAME TABLE t TO u', 'no row is lost, but a name can refer to other rows afterward'],
  ['TRUNCATE TABLE t', ''],
  ['DROP TABLE t', 'also DROP DATABASE'],
  ['DROP VIEW v', 'also DROP INDEX, TRIGGER, PROCEDURE, FUNCTION, and EVENT'],
  ['CREATE VIEW v AS SELECT f(a) FROM t', 'a view, default, or generated column that calls a stored function'],
  ["CREATE DEFINER = 'u'@'%' VIEW v AS SELECT 1", "any definer except CURRENT_USER: the code runs with that account's privileges"],
  ['ALTER VIEW v AS SELECT 1', 'keeps its definer: use CREATE OR REPLACE VIEW'],
  ['CREATE PROCEDURE p() SELECT 1', 'also everything its body needs; the same for FUNCTION, TRIGGER, and EVENT'],
  ['CREATE PROCEDURE p() DELETE FROM t', ''],
  ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO UPDATE t SET a = 1', ''],
  ['CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET GLOBAL max_connections = 1', 'also SLEEP, GET_LOCK, KILL, LOCK TABLES in a body'],
  ['ALTER EVENT e ENABLE', 'its body runs from then on'],
  ['ALTER EVENT e DISABLE', ''],
  ['ALTER PROCEDURE p SQL SECURITY INVOKER', ''],
  ['CALL p()', 'runs its body with the privileges of its definer'],
  ['ALTER SEQUENCE s RESTART 1', 'MariaDB; also DROP SEQUENCE', MARIADB],
  ['CREATE USER u', 'also GRANT, REVOKE, SET GLOBAL, KILL, FLUSH, PURGE, ANALYZE, OPTIMIZE, CHECK, and REPAIR TABLE'],
];

function writeTable(): string {
  const rows = WRITES.map(([sql, about, dialect = MYSQL]) => {
    const [statement] = parseStatements(sql, dialect);
    const verdict = statement === undefined ? undefined : checkWrite(statement, { dialect, database: 'd' });
    if (verdict === undefined || 'what' in verdict) throw new Error(`${sql} is refused.`);
    return `| \`${cell(sql)}\` | ${verdict.classes.join(', ')} | ${about} |`;
  });
  return ['| statement | needs | note |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
function fill(text: string, name: string, content: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`There is no place for ${name}.`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
}

function variableTable(): string {
  const rows = VARIABLES.map(
    ({ name, aliases = [], description }) => `| ${[name, ...aliases].map((one) => `\`${one}\``).join(', ')} | ${cell(description)} |`,
  );
  return ['| variable | meaning |', '| --- | --- |', ...rows].join('\n');
}

const english = JSON.parse(await readFile(path.join(ROOT, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;
const named = (await readFile(path.join(ROOT, 'package.json'), 'utf8')).replaceAll(/"%([\w.]+)%"/g, (_, key: string) => {
  const words = english[key];
  if (words === undefined) throw new Error(`package.nls.json has no ${key}, which package.json names.`);
  return JSON.stringify(words);
});
const manifest = JSON.parse(named) as Manifest;
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'docs/reference.md': {
    tools: toolTable(),
    prompts: promptTable(),
    resources: resourceTable(),
    commands: commandTable(manifest),
    settings: settingTable(manifest),
    variables: variableTable(),
  },
  'docs/security.md': { writes: writeTable() },
  'docs/errors.md': { errors: errorTable(), advice: adviceTable() },
};

for (const [name, tables] of Object.entries(TABLES)) {
  const file = path.join(ROOT, name);
  const old = await readFile(file, 'utf8');
  const filled = Object.entries(tables).reduce((text, [table, content]) => fill(text, table, content), old);
  const fresh = await format(filled, { ...(await resolveConfig(file)), parser: 'markdown' });
  if (!process.argv.includes('--check')) {
    await writeFile(file, fresh);
  } else if (fresh !== old) {
    console.error(`The tables of ${name} are stale: run npm run docs.`);
    process.exitCode = 1;
  }
}
