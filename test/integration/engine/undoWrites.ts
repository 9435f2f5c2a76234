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
  const statements = Array.from({ length: count }, (_, i) => statementOf(i === 0 || random(fc.boolean()) ? first : table(), random));
  return statements.join('; ');
}

function statementOf(table: UndoneTable, random: Random): string {
  const kinds: readonly [number, () => string][] = [
    [8, () => update(table, random)],
    [6, () => `DELETE ${random(fc.constantFrom('', '', '', 'IGNORE '))}FROM ${table.name} ${picked(table, random)}`],
    [
      5,
      () => insertOf(table, random, random(fc.integer({ min: 1, max: 4 })), random(fc.constantFrom('INSERT', 'INSERT', 'INSERT IGNORE'))),
    ],
    [3, () => insertOf(table, random, random(fc.integer({ min: 1, max: 3 })), 'REPLACE')],
    [4, () => upsert(table, random)],
    [
      1,
      () =>
        `DELETE t FROM ${table.name} t JOIN parent p ON p.id = ${random(fc.constantFrom(...Object.keys(table.columns).map((one) => `t.${one}`)))}`,
    ],
    [
      1,
      () =>
        `INSERT INTO ${table.name} (${Object.keys(table.columns).join(', ')}) SELECT ${Object.keys(table.columns).join(', ')} FROM ${table.name} LIMIT 2`,
    ],
  ];
  return random(fc.oneof(...kinds.map(([weight, make]) => ({ weight, arbitrary: fc.constant(make) }))))();
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
    ),
  )();
}
