import type { Session } from '../../driver/session.ts';
import type { ColumnName, ColumnRules } from '../../policy/columnRules.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { fitsName, foldName, namesInText } from '../../sql/namePattern.ts';
import { joined, sql, textLiteral } from '../../sql/ownSql.ts';
import { exactKey } from './objectCatalog.ts';

/** The columns of a view that agents see; `all` where it passes no hidden column on, `refused` where that can't be told. */
type ShownOf = (view: QualifiedName) => Promise<ReadonlySet<string> | 'all' | 'refused'>;

/** To judge more views takes too long: of the others no column is shown. */
const MAX_JUDGED = 200;

const VIEWS = sql`SELECT v.table_schema AS database_name, v.table_name AS name, v.view_definition AS text FROM information_schema.views v
  WHERE v.table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') LIMIT 1000000`;

interface View extends QualifiedName {
  /** Of its definition. Undefined where the account may not read it. */
  readonly words: ReadonlySet<string> | undefined;
}

/**
 * The columns of all views that pass hidden columns on, under whatever name, and of those whose definition is not known. The definition of a view names every column that it reads, so
 * only views with such a name in them are judged, and views over these.
 */
export async function readHiddenInViews(session: Session, rules: ColumnRules, shownOf: ShownOf): Promise<readonly ColumnName[]> {
  const near = viewsNear(await readViews(session), rules);
  if (near.length === 0) return [];
  const columns = Map.groupBy(await readColumns(session, near), ({ database, table }) => exactKey({ database, name: table }));
  const hidden: ColumnName[] = [];
  for (const [i, view] of near.entries()) {
    const shown = i < MAX_JUDGED ? await shownOf(view) : 'refused';
    const isShown = (column: string): boolean => (typeof shown === 'string' ? shown === 'all' : shown.has(column));
    hidden.push(...(columns.get(exactKey(view)) ?? []).filter(({ column }) => !isShown(column)));
  }
  return hidden;
}

async function readViews(session: Session): Promise<View[]> {
  return (await session.read(VIEWS)).map((row) => {
    const text = String(row['text'] ?? '');
    return {
      database: String(row['database_name']),
      name: String(row['name']),
      words: text === '' ? undefined : new Set(namesInText(text)),
    };
  });
}

function viewsNear(views: readonly View[], { rules }: ColumnRules): readonly View[] {
  const columns = rules.filter(({ action }) => action === 'hide').map(({ column }) => column);
  const namesHidden = (words: ReadonlySet<string>): boolean => columns.some((column) => [...words].some((word) => fitsName(column, word)));
  const near = new Set(views.filter(({ words }) => words === undefined || namesHidden(words)));
  for (let before = -1; before !== near.size;) {
    before = near.size;
    const names = [...near].map(({ name }) => foldName(name));
    for (const view of views) if (names.some((name) => view.words?.has(name) === true)) near.add(view);
  }
  return [...near];
}

async function readColumns(session: Session, views: readonly QualifiedName[]): Promise<ColumnName[]> {
  const wanted = views.map(({ database, name }) => sql`(${textLiteral(database)}, ${textLiteral(name)})`);
  const rows = await session.read(
    sql`SELECT c.table_schema AS database_name, c.table_name AS table_name, c.column_name AS name FROM information_schema.columns c
      WHERE (c.table_schema, c.table_name) IN (${joined(wanted)}) LIMIT 1000000`,
  );
  return rows.map((row) => ({ database: String(row['database_name']), table: String(row['table_name']), column: String(row['name']) }));
}
