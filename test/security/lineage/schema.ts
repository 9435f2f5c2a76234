import type { Connection } from 'mysql2/promise';
import type { BaseColumn, ColumnAction } from '../../../src/engine/lineage/baseColumn.ts';
import type { KnownTable, LineageCatalog } from '../../../src/engine/lineage/lineageCatalog.ts';
import { PLAIN_MODES, type Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { parseQuery } from '../../../src/engine/sql/parser/parse.ts';

/** Two databases of one structure: all that agents may see is the same in both, and the values of protected columns differ. */
export const DATABASES = ['lineage_one', 'lineage_two'] as const;
export type DatabaseName = (typeof DATABASES)[number];

interface SampleColumn {
  readonly name: string;
  readonly action?: ColumnAction;
  readonly isJson?: boolean;
  readonly invisible?: boolean;
  /** Of a generated column. */
  readonly from?: string;
}

const plain = (...names: string[]): SampleColumn[] => names.map((name): SampleColumn => ({ name }));
const columns = (action: ColumnAction, ...names: string[]): SampleColumn[] => names.map((name) => ({ name, action }));

/** Names overlap on purpose: so do columns of NATURAL JOIN, and what aliases shadow. Each has `id`, the number of its row. */
export const TABLES: Readonly<Record<string, readonly SampleColumn[]>> = {
  t1: [...plain('k', 'v'), ...columns('mask', 'm'), ...columns('pseudonym', 'p'), ...columns('hide', 'h')],
  t2: [...plain('k', 'w'), ...columns('pseudonym', 'p', 'p2'), ...columns('mask', 'note')],
  t3: plain('k', 'v', 'note', 'm'),
  t4: [...plain('x'), ...columns('hide', 'k', 'h'), ...columns('mask', 'a b')],
  t5: columns('pseudonym', 'p'),
  t6: [
    ...plain('v'),
    { name: 'd', action: 'mask', isJson: true },
    { name: 'm', action: 'mask', invisible: true },
    { name: 'inv', invisible: true },
  ],
  t7: [...plain('k'), ...columns('mask', 'm'), { name: 'gm', from: 'CONCAT(m, 1)' }, { name: 'gk', from: 'CONCAT(k, 1)' }],
  odd: [...plain('select', 'a.b', 'été'), ...columns('mask', 'from`', 'Group')],
};

const VIEWS: Readonly<Record<string, string>> = {
  passes: 'SELECT id, k, m AS v, p, h AS k2, h FROM t1',
  filters: "SELECT id, k FROM t1 WHERE h <> 'x'",
  computes: 'SELECT id, CONCAT(k, m) AS v FROM t1',
  united: 'SELECT id, m FROM t1 UNION ALL SELECT id, note FROM t3',
  deep: 'SELECT a.id, a.v AS k, b.w AS m FROM passes a JOIN t2 b ON a.id = b.id',
  harmless: 'SELECT id, k, m AS note FROM t3 WHERE v IS NOT NULL',
  counts: 'SELECT k, COUNT(m) AS m FROM t1 GROUP BY k',
  joined: 'SELECT * FROM t1 JOIN t5 USING (id, p)',
  starred: 'SELECT * FROM t4',
};
const VIEW_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  passes: ['id', 'k', 'v', 'p', 'k2', 'h'],
  filters: ['id', 'k'],
  computes: ['id', 'v'],
  united: ['id', 'm'],
  deep: ['id', 'k', 'm'],
  harmless: ['id', 'k', 'note'],
  counts: ['k', 'm'],
  joined: ['id', 'p', 'k', 'v', 'm', 'h'],
  starred: ['id', 'x', 'k', 'h', 'a b'],
};

const ROWS = 5;
const LETTERS = 7;
/** Each value is one token: its letters tell the column, and to the server's collations all are the same; the digit tells the row. */
const TOKEN = /[qQ]{7}\d/g;

const COLUMNS: readonly { readonly table: string; readonly column: SampleColumn }[] = Object.entries(TABLES).flatMap(([table, list]) =>
  list.map((column) => ({ table, column })),
);
const BY_LETTERS = new Map(COLUMNS.map(({ table, column }, i) => [lettersOf(i), `${table}.${column.name}`]));

function lettersOf(index: number): string {
  return Array.from({ length: LETTERS }, (_, bit) => ((index >> bit) & 1 ? 'Q' : 'q')).join('');
}

/** `table.column` of each token in a text. A generated column passes the tokens of its source on. */
export function columnsIn(text: string): string[] {
  return [...text.matchAll(TOKEN)].map(([token]) => BY_LETTERS.get(token.slice(0, LETTERS)) ?? 'unknown');
}

/** What the second database has in the place of a pseudonymized value: the same for the same, and in another order. */
export const RENAMED: Readonly<Record<string, string>> = { '1': '4', '2': '1', '3': '5', '4': '2', '5': '3' };

function valueOf(index: number, row: number, second: boolean): string {
  const column: SampleColumn = COLUMNS[index]?.column ?? { name: '' };
  const digit = String(((row + index) % ROWS) + 1);
  if ((row * 7 + index) % 11 === 0 && !(second && column.action === 'hide')) return 'NULL';
  let own = digit;
  if (second && column.action === 'pseudonym') own = RENAMED[digit] ?? digit;
  else if (second && column.action !== undefined) own = String(((row * 3 + index + 1) % ROWS) + 1);
  const token = `${lettersOf(index)}${own}`;
  return column.isJson === true ? `'{"k": "${token}"}'` : `'${token}'`;
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export async function createDatabases(connection: Connection): Promise<void> {
  for (const database of DATABASES) {
    await connection.query(`DROP DATABASE IF EXISTS ${database}; CREATE DATABASE ${database} CHARACTER SET utf8mb4; USE ${database}`);
    for (const [table, list] of Object.entries(TABLES)) {
      const definitions = list.map(({ name, isJson, invisible, from }) => {
        const type = isJson === true ? 'JSON' : 'VARCHAR(40)';
        return `${quoted(name)} ${type}${invisible === true ? ' INVISIBLE' : ''}${from === undefined ? '' : ` AS (${from}) VIRTUAL`}`;
      });
      await connection.query(`CREATE TABLE ${table} (id INT PRIMARY KEY, ${definitions.join(', ')})`);
      const stored = list.filter(({ from }) => from === undefined);
      const rows = Array.from({ length: ROWS }, (_, row) => {
        const values = stored.map((column) =>
          valueOf(
            COLUMNS.findIndex((one) => one.column === column),
            row,
            database === DATABASES[1],
          ),
        );
        return `(${[String(row + 1), ...values].join(', ')})`;
      });
      const names = ['id', ...stored.map(({ name }) => quoted(name))].join(', ');
      await connection.query(`INSERT INTO ${table} (${names}) VALUES ${rows.join(', ')}`);
    }
    for (const [view, text] of Object.entries(VIEWS)) await connection.query(`CREATE VIEW ${view} AS ${text}`);
    // The same statistics in both: plans, and with them the order of rows, must not depend on when they were gathered.
    await connection.query(`ANALYZE TABLE ${Object.keys(TABLES).join(', ')}`);
  }
}

/** The catalog as the product would read it. */
export async function readCatalog(connection: Connection, flavor: 'mysql' | 'mariadb', database: DatabaseName): Promise<LineageCatalog> {
  const [[settings]] = (await connection.query('SELECT VERSION() AS version, @@lower_case_table_names AS folds')) as unknown as [
    [{ version: string; folds: number }],
  ];
  const [major = 0, minor = 0, patch = 0] = settings.version.split(/[.-]/).map(Number);
  const dialect: Dialect = { flavor, version: major * 10_000 + minor * 100 + patch, ...PLAIN_MODES };
  const [listed] = (await connection.query(
    'SELECT table_name AS t, column_name AS name, extra AS extra, generation_expression AS expression FROM information_schema.columns WHERE table_schema = ? ORDER BY ordinal_position',
    [database],
  )) as unknown as [{ t: string; name: string; extra: string; expression: string | null }[]];
  const [views] = (await connection.query(
    'SELECT table_name AS t, view_definition AS text FROM information_schema.views WHERE table_schema = ?',
    [database],
  )) as unknown as [{ t: string; text: string }[]];
  const tables = new Map<string, KnownTable>();
  for (const [name, found] of Map.groupBy(listed, ({ t }) => t)) {
    const view = views.find(({ t }) => t === name);
    tables.set(name, {
      database,
      name,
      columns: found.map(({ name: column, extra, expression }) => ({
        name: column,
        generatedFrom: expression === null || expression === '' ? undefined : expression,
        invisible: /invisible/i.test(extra),
      })),
      ...(view === undefined ? {} : { view: parseQuery(view.text, dialect) }),
    });
  }
  return {
    dialect,
    currentDatabase: database,
    lowerCaseTableNames: settings.folds as 0 | 1 | 2,
    table: (where, name) => (where === database ? tables.get(name) : undefined),
    function: () => 'native',
  };
}

export function actionOf({ table, column }: BaseColumn): ColumnAction | undefined {
  return TABLES[table]?.find(({ name }) => name === column)?.action;
}

/** Names of tables and views, with the columns that can be named. */
export const RELATIONS: readonly (readonly [name: string, columns: readonly string[]])[] = [
  ...Object.entries(TABLES).map(([name, list]) => [name, ['id', ...list.map((column) => column.name)]] as const),
  ...Object.entries(VIEW_COLUMNS),
];
