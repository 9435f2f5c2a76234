import { phrase, type Words } from '../phrase.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { sql, type OwnSql } from '../sql/ownSql.ts';
import type { Alteration } from './alterTable.ts';
import type { ColumnChange } from './columnChange.ts';
import { isSpatial, typeName } from './columnModel.ts';
import { ofChecks, ofForeignKeys, ofPartitions } from './constraintQuestions.ts';
import { rowsWhere, type DataQuestion, type DataScene, type OpenQuestion } from './dataSql.ts';
import type { DdlContext } from './ddlContext.ts';
import { ofKeys } from './keyQuestions.ts';
import { columnOf } from './tableModel.ts';
import { ofCharset, ofType } from './typeQuestions.ts';
import type { Way } from './wayKinds.ts';

export function dataQuestions(alteration: Alteration, way: Way, context: DdlContext): (DataQuestion | OpenQuestion)[] {
  const { before } = alteration;
  const scene: DataScene = { ...alteration, way, context };
  const questions = [
    ...scene.changed.flatMap((change) => ofChange(change, scene)),
    ...ofKeys(scene),
    ...ofConversion(scene),
    ...ofForeignKeys(scene),
    ...ofChecks(scene),
    ...ofPartitions(scene),
    ...ofAdded(scene),
    ...ofComputed(scene),
  ];
  if (questions.length === 0) return [];
  if (before.rowsChange) return [{ unasked: phrase('an earlier statement changes the rows') }];
  return before.origin === undefined ? [] : questions;
}

function ofChange(change: ColumnChange, scene: DataScene): (DataQuestion | OpenQuestion)[] {
  const { before, after } = change;
  if (before.origin === undefined) return ofNew(change, scene);
  const column = quoteIdentifier(before.origin);
  const ask = (condition: OwnSql, what: Words, errno: number | undefined): DataQuestion => ({
    query: rowsWhere(scene.before, condition),
    what: phrase('{0} in {1}', what, before.name),
    errno,
  });
  const found: DataQuestion[] = [];
  if (change.nullable === 'toNotNull' && after.generated === undefined && !after.auto) {
    const isMysql = scene.context.flavor === 'mysql';
    found.push(ask(sql`${column} IS NULL`, 'NULL', isMysql && scene.way.algorithm !== 'COPY' ? 1138 : 1265));
  }
  if (change.type === 'other') found.push(...ofType(change, ask, scene));
  if (change.charset && after.charset !== undefined && after.charset !== 'utf8mb4') found.push(ofCharset(column, after.charset, ask));
  return found;
}

/** A column that the script itself adds holds its default in every row, or NULL. */
function ofNew({ before, after, nullable }: ColumnChange, { before: table, context, way }: DataScene): (DataQuestion | OpenQuestion)[] {
  if (nullable !== 'toNotNull' || before.defaultValue !== undefined || after.auto) return [];
  if (before.generated !== undefined) return [{ unasked: phrase('{0} is computed', before.name) }];
  const errno = context.flavor === 'mysql' && way.algorithm !== 'COPY' ? 1138 : 1265;
  return [{ query: rowsWhere(table, sql`1 = 1`), what: phrase('NULL in the new column {0}', before.name), errno }];
}

function ofConversion({ before, after }: DataScene): DataQuestion[] {
  if (before.charset === after.charset || after.charset === 'utf8mb4') return [];
  return before.columns
    .filter(
      (column) =>
        column.origin !== undefined &&
        column.charset !== undefined &&
        columnOf(after, column.name)?.charset === after.charset &&
        column.charset !== after.charset,
    )
    .map((column) =>
      ofCharset(quoteIdentifier(column.origin ?? ''), after.charset, (condition, what, errno) => ({
        query: rowsWhere(before, condition),
        what: phrase('{0} in {1}', what, column.name),
        errno,
      })),
    );
}

/** A new column without a default gets the zero of its type, which strict servers refuse for dates. */
function ofAdded({ before, added, context }: DataScene): DataQuestion[] {
  const fresh = added.filter((column) => !column.nullable && column.defaultValue === undefined && column.generated === undefined);
  const dates = fresh.filter(({ type }) => context.noZeroDate && /^(?:DATE|DATETIME|TIMESTAMP)$/.test(typeName(type)));
  const shapes = fresh.filter(({ type }) => context.flavor === 'mysql' && isSpatial(type));
  const ask = (what: Words, errno: number): DataQuestion => ({ query: rowsWhere(before, sql`1 = 1`), what, errno });
  return [
    ...dates.slice(0, 1).map(({ name }) => ask(`which would get the date 0000-00-00 in ${name}`, 1292)),
    ...shapes.slice(0, 1).map(({ name }) => ask(`without a value for ${name}`, 1138)),
  ];
}

/** An expression may fail on a row: a division, a conversion, a function. */
function ofComputed({ added }: DataScene): OpenQuestion[] {
  return added
    .filter(({ generated }) => generated?.stored === true && /[/%(]|\b(?:DIV|MOD)\b/i.test(generated.text))
    .map(({ name }) => ({ unasked: phrase('{0} is computed', name) }));
}
