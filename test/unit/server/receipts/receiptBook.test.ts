import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ReceiptSchema, type Receipt } from '../../../../src/broker/receiptContract.ts';
import type { SourceTable } from '../../../../src/engine/query/results/readSources.ts';
import { receiptLine } from '../../../../src/server/messages/receiptWords.ts';
import { ReceiptBook } from '../../../../src/server/receipts/receiptBook.ts';
import { MAX_COLUMNS, MAX_TABLES } from '../../../../src/server/receipts/seenTables.ts';
import { CallSightings, type Sighting } from '../../../../src/server/receipts/sightings.ts';

const PLAIN = { structure: [], shows: undefined, plan: false } as const;

function table(name: string, more: Partial<SourceTable> = {}): SourceTable {
  return { database: 'shop', name, all: false, columns: [], maybe: [], protected: [], ...more };
}

function rows(tables: readonly SourceTable[], count = 1): Sighting {
  return { kind: 'rows', sources: { ...PLAIN, tables }, count, receiver: 'answer' };
}

function receiptOf(...calls: readonly (readonly Sighting[])[]): Receipt {
  const book = new ReceiptBook(() => '1-a', 'agent');
  for (const sightings of calls) book.add('shop', sightings);
  return book.all()[0] ?? assert.fail('There is no receipt.');
}

suite('receipts of a session', () => {
  const name = fc.integer({ min: 0, max: 300 }).map((i) => `n${String(i)}`);
  const seen = fc.record({
    name,
    all: fc.boolean(),
    columns: fc.array(name, { maxLength: 8 }),
    maybe: fc.array(name, { maxLength: 4 }),
    count: fc.nat(50),
  });

  test('no table and no column that was seen is missing, and all rows are counted, whatever is merged', () => {
    fc.assert(
      fc.property(fc.array(seen, { minLength: 1, maxLength: 400 }), (all) => {
        const receipt = receiptOf(...all.map(({ count, ...one }) => [rows([table(one.name, one)], count)]));
        ReceiptSchema.parse(receipt);
        assert.equal(
          receipt.rows.answer,
          all.reduce((sum, { count }) => sum + count, 0),
        );
        const names = new Set(all.map((one) => one.name));
        assert.equal(receipt.tables.length + receipt.moreTables, names.size);
        for (const one of all) {
          const found = receipt.tables.find((each) => each.name === one.name);
          if (found === undefined || found.all) continue;
          assert.equal(one.all, false);
          const known = new Set([...found.columns, ...found.maybe]);
          for (const column of [...one.columns, ...one.maybe]) assert.ok(known.has(column));
          assert.ok(found.columns.every((column) => !found.maybe.includes(column)));
        }
      }),
    );
  });

  test('a session with a million statements over 10,000 tables stays small, and counts the tables', () => {
    const book = new ReceiptBook(() => '1-a', undefined);
    for (let i = 0; i < 1_000_000; i++) book.add('shop', [rows([table(`t${String(i % 10_000)}`, { columns: [`c${String(i)}`] })])]);
    const [receipt] = book.all();
    assert.equal(receipt?.rows.answer, 1_000_000);
    assert.equal(receipt.tables.length, MAX_TABLES);
    assert.ok(receipt.moreTables > 9790 && receipt.moreTables <= 10_000 - MAX_TABLES, String(receipt.moreTables));
    assert.ok(JSON.stringify(receipt).length < 1_000_000);
  }).timeout(20_000);

  test('a table with more columns than are kept counts as read whole', () => {
    const columns = Array.from({ length: MAX_COLUMNS + 1 }, (_, i) => `c${String(i)}`);
    assert.deepEqual(receiptOf([rows([table('wide', { columns })])]).tables, [table('wide', { all: true })]);
  });

  test('rows of plans, SHOW and DESCRIBE are no rows of tables', () => {
    const plan: Sighting = { kind: 'rows', sources: { ...PLAIN, plan: true, tables: [table('t')] }, count: 3, receiver: 'answer' };
    const show: Sighting = { kind: 'rows', sources: { ...PLAIN, shows: 'SHOW TABLES', tables: [] }, count: 3, receiver: 'answer' };
    const { rows: counted, tables, facts } = receiptOf([plan, show]);
    assert.deepEqual([counted.answer, tables.length, facts], [0, 1, ['SHOW TABLES']]);
  });

  test('a database that was described whole stands for its tables', () => {
    const structure = (one: string): Sighting => ({ kind: 'structure', names: [{ database: 'shop', name: one }] });
    assert.deepEqual(receiptOf([structure('a')], [structure('')], [structure('b')]).structure, [{ database: 'shop', name: '' }]);
  });

  test('the line for an agent names some tables and columns, and counts the others', () => {
    const columns = Array.from({ length: 12 }, (_, i) => `c${String(i)}`);
    const many = Array.from({ length: 11 }, (_, i) => table(`t${String(i)}`, i === 0 ? { columns } : {}));
    const line = receiptLine(receiptOf([rows(many, 2)]));
    assert.match(line, /^shop: 2 rows; read shop\.t0 \(c0, .*, c9, 2 more\), shop\.t1, .*, shop\.t9 and 1 more$/);
  });

  test('a call that fails leaves what its error may tell: structure and plans, and no rows', () => {
    const sightings = new CallSightings();
    const heard = sightings.of('shop');
    heard.rows({ ...PLAIN, tables: [table('t')] }, 5, 'answer');
    heard.rows({ ...PLAIN, plan: true, tables: [table('planned')] }, 1, 'answer');
    heard.structure([{ database: 'shop', name: 'described' }]);
    const kinds = (failed: boolean): (string | undefined)[] =>
      sightings
        .settle(failed)
        .get('shop')
        ?.map(({ kind }) => kind) ?? [];
    assert.deepEqual(
      [kinds(false), kinds(true)],
      [
        ['rows', 'rows', 'structure'],
        ['rows', 'structure'],
      ],
    );
  });
});
