import fc from 'fast-check';
import type { UndoneTable } from './undoTables.ts';

type Random = <T>(of: fc.Arbitrary<T>) => T;

/** A row of a table as literals, in the order of its columns. */
export function insertOf({ name, columns }: UndoneTable, random: Random, rows: number, verb = 'INSERT'): string {
  const values = Array.from({ length: rows }, () => `(${Object.values(columns).map(random).join(', ')})`);
  return `${verb} INTO ${name} (${Object.keys(columns).join(', ')}) VALUES ${values.join(', ')}`;
}

/** One to four statements over the tables. */
export function writeOf(tables: readonly UndoneTable[], random: Random): string {
  const count = random(fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 4 }) }));
  const table = (): UndoneTable => random(fc.constantFrom(...tables));
  const first = table();
  const statements = Array.from({ length: count }, (_, i) =>
    statementOf(i === 0 || random(fc.boolean()) ? first : table(), tables, random),
  );
  return statements.join('; ');
}

function statementOf(table: UndoneTable, tables: readonly UndoneTable[], random: Random): string {
  const kinds: readonly [number, () => string][] = [
    [8, () => update(table, random)],
    [6, () => `DELETE ${random(fc.constantFrom('', '', '', 'IGNORE '))}FROM ${table.name} ${picked(table, random)}`],
    [
      5,
      () => insertOf(table, random, random(fc.integer({ min: 1, max: 4 })), random(fc.constantFrom('INSERT', 'INSERT', 'INSERT IGNORE'))),
    ],
    [3, () => insertOf(table, random, random(fc.integer({ min: 1, max: 3 })), 'REPLACE')],
    [4, () => upsert(table, random)],
    [5, () => joined(table, random(fc.constantFrom(...tables)), random)],
    [4, () => insertSelect(table, random)],
  ];
  return random(fc.oneof(...kinds.map(([weight, make]) => ({ weight, arbitrary: fc.constant(make) }))))();
}

/** An UPDATE or DELETE of one or two of two tables, which may be the same one. */
function joined(table: UndoneTable, other: UndoneTable, random: Random): string {
  const columnOf = ({ columns }: UndoneTable, alias: string): string => `${alias}.${random(fc.constantFrom(...Object.keys(columns)))}`;
  const assignment = (of: UndoneTable, alias: string): string => {
    const name = random(fc.constantFrom(...Object.keys(of.columns)));
    const value = random(fc.oneof(fc.constant(`${alias}.${name}`), fc.constant('a.x'), of.columns[name] ?? fc.constant('NULL')));
    return `${alias}.${name} = ${value === 'a.x' ? columnOf(table, 'a') : value}`;
  };
  const kind = random(fc.constantFrom('JOIN', 'JOIN', 'LEFT JOIN', 'CROSS JOIN'));
  const on = kind === 'CROSS JOIN' ? '' : ` ON ${columnOf(table, 'a')} = ${columnOf(other, 'b')}`;
  const from = `${table.name} a ${kind} ${other.name} b${on}`;
  const [name = '1', ...more] = Object.keys(table.columns);
  const within = random(fc.constantFrom(...[name, ...more]));
  const literal = random((table.columns[within] ?? fc.constant('1')).filter((one) => one !== 'DEFAULT'));
  const condition = random(
    fc.constantFrom(
      ...[`a.${within} = ${literal}`, `a.${within} >= ${literal}`, '1 = 1', `b.${columnOf(other, 'b').slice(2)} IS NOT NULL`],
      ...['RAND() < 0.5', `a.${within} IN (SELECT id FROM parent)`],
    ),
  );
  const ignore = random(fc.constantFrom('', '', '', 'IGNORE '));
  if (random(fc.boolean())) {
    const targets = random(fc.constantFrom('a', 'a', 'b', 'a, b'));
    return random(fc.boolean())
      ? `DELETE ${ignore}${targets} FROM ${from} WHERE ${condition}`
      : `DELETE ${ignore}FROM ${targets} USING ${from} WHERE ${condition}`;
  }
  const set = random(fc.constantFrom('a', 'a', 'b', 'both'));
  const sets = [...(set === 'b' ? [] : [assignment(table, 'a')]), ...(set === 'a' ? [] : [assignment(other, 'b')])];
  return `UPDATE ${ignore}${from} SET ${sets.join(', ')} WHERE ${condition}`;
}

/** Rows of the same table or of another one, with new values where the columns are those of a key. */
function insertSelect(table: UndoneTable, random: Random): string {
  const names = Object.keys(table.columns);
  const values = names.map((name) =>
    random(fc.oneof(fc.constant(name), fc.constant(`${name} + 20`), table.columns[name] ?? fc.constant('1'))),
  );
  const literals = values.map((value) => (value === 'DEFAULT' ? 'NULL' : value));
  const verb = random(fc.constantFrom('INSERT', 'INSERT', 'INSERT IGNORE', 'REPLACE'));
  const name = random(fc.constantFrom(...names));
  const update =
    verb === 'INSERT' && random(fc.boolean())
      ? ` ON DUPLICATE KEY UPDATE ${name} = ${random(table.columns[name] ?? fc.constant('1'))}`
      : '';
  const rest = random(fc.constantFrom('', '', where(table, random), 'LIMIT 2', `UNION SELECT ${literals.join(', ')} FROM ${table.name}`));
  return `${verb} INTO ${table.name} (${names.join(', ')}) SELECT ${literals.join(', ')} FROM ${table.name} ${rest}${update}`;
}

function update(table: UndoneTable, random: Random): string {
  const names = random(fc.uniqueArray(fc.constantFrom(...Object.keys(table.columns)), { minLength: 1, maxLength: 3 }));
  const set = names.map((name) => `${name} = ${expression(table, name, random)}`).join(', ');
  return `UPDATE ${random(fc.constantFrom('', '', '', 'IGNORE '))}${table.name} SET ${set} ${picked(table, random)}`;
}

function expression({ columns }: UndoneTable, name: string, random: Random): string {
  const literal = (): string => random(columns[name] ?? fc.constant('NULL'));
  return random(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(literal) },
      { weight: 2, arbitrary: fc.constant(() => `${name} + 1`) },
      { weight: 2, arbitrary: fc.constant(() => `${name} - 1`) },
      { weight: 1, arbitrary: fc.constant(() => `100 - ${name}`) },
      { weight: 1, arbitrary: fc.constant(() => `UPPER(${name})`) },
      { weight: 1, arbitrary: fc.constant(() => `CASE ${name} WHEN ${literal()} THEN ${literal()} ELSE ${name} END`) },
      { weight: 1, arbitrary: fc.constant(() => `COALESCE(${random(fc.constantFrom(...Object.keys(columns)))}, ${literal()})`) },
      { weight: 1, arbitrary: fc.constant(() => 'FLOOR(RAND() * 10)') },
    ),
  )();
}

function upsert(table: UndoneTable, random: Random): string {
  const name = random(fc.constantFrom(...Object.keys(table.columns)));
  return `${insertOf(table, random, random(fc.integer({ min: 1, max: 3 })))} ON DUPLICATE KEY UPDATE ${name} = ${expression(table, name, random)}`;
}

function picked(table: UndoneTable, random: Random): string {
  const order = table.key.join(', ');
  const direction = random(fc.constantFrom('', ' DESC'));
  const limit = random(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      { weight: 3, arbitrary: fc.constant(order === '' ? '' : `ORDER BY ${table.key.map((one) => one + direction).join(', ')}`) },
      { weight: 1, arbitrary: fc.constant(order === '' ? 'LIMIT 2' : `ORDER BY ${order} LIMIT 2`) },
      { weight: 1, arbitrary: fc.constant('LIMIT 1') },
    ),
  );
  return `${where(table, random)} ${limit}`.trim();
}

/** Rows that a foreign key may change along. */
const BELOW = ['child WHERE parent_id', 'tree WHERE up', 'loose WHERE up', 'righty WHERE other'].map(
  (child) => `NOT EXISTS (SELECT 1 FROM ${child} =`,
);

export function where({ columns, key }: UndoneTable, random: Random): string {
  const names = Object.keys(columns);
  const name = random(fc.constantFrom(...(key.length > 0 && random(fc.boolean()) ? key : names)));
  const literal = (): string => random((columns[name] ?? fc.constant('1')).filter((one) => one !== 'DEFAULT'));
  return random(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(() => `WHERE ${name} = ${literal()}`) },
      { weight: 3, arbitrary: fc.constant(() => `WHERE ${name} IN (${literal()}, ${literal()}, ${literal()})`) },
      { weight: 2, arbitrary: fc.constant(() => `WHERE ${name} >= ${literal()}`) },
      { weight: 1, arbitrary: fc.constant(() => `WHERE ${name} IS NULL`) },
      { weight: 2, arbitrary: fc.constant(() => 'WHERE 1 = 1') },
      { weight: 1, arbitrary: fc.constant(() => `WHERE ${random(fc.constantFrom(...BELOW))} ${names[0] ?? ''} - 1)`) },
    ),
  )();
}
