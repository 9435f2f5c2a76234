import assert from 'node:assert/strict';
import type { Cell, Column } from '../../../../src/engine/driver/values.ts';
import { columnKey } from '../../../../src/engine/query/results/generatedColumns.ts';
import { COPY_FORMATS, copyChanges, copyText } from '../../../../src/extension/results/copyFormats.ts';
import { orderRows } from '../../../../src/engine/query/results/rowOrder.ts';

const number = { unsigned: false, precision: 20, scale: 0 };
const source = (column: string) => ({ database: 'shop', table: 'orders', alias: 'orders', column });
const columns: readonly Column[] = [
  { name: 'id', type: 8, binary: false, numeric: number, source: source('id') },
  { name: 'note', type: 253, binary: false, source: source('note') },
];
const rows: readonly (readonly Cell[])[] = [
  ['9007199254740993', 'b\tc'],
  ['9007199254740992', 'A'],
  ['-5', null],
  [null, "it's"],
  ['10', 'a'],
];
const table = { columns, rows };

suite('rows as a person orders and copies them', () => {
  const ids = (order: Uint32Array | undefined) => [...(order ?? [])].map((i) => rows[i]?.[0]);

  test('numbers sort by value to the last digit, NULL first as the server does', () => {
    const up = ids(orderRows(table, { sort: { column: 0, descending: false }, filter: '' }));
    assert.deepEqual(up, [null, '-5', '10', '9007199254740992', '9007199254740993']);
    assert.deepEqual(ids(orderRows(table, { sort: { column: 0, descending: true }, filter: '' })), up.toReversed());
  });

  test('BIT, TIME and long DECIMAL sort as the server does', () => {
    const sorted = (type: number, cells: readonly Cell[], numeric = false): readonly Cell[] => {
      const one: Column = { name: 'x', type, binary: false, ...(numeric ? { numeric: number } : {}) };
      const order = orderRows(
        { columns: [one], rows: cells.map((cell) => [cell]) },
        { sort: { column: 0, descending: false }, filter: '' },
      );
      return [...(order ?? [])].map((i) => cells[i] ?? null);
    };
    assert.deepEqual(sorted(16, ['300', '9', null, '18446744073709551615', '18446744073709551614', '10']), [
      ...[null, '9', '10', '300', '18446744073709551614', '18446744073709551615'],
    ]);
    assert.deepEqual(sorted(11, ['838:59:59', '09:00:00', '-00:00:01', '-838:59:59', '100:00:00', '09:00:00.5', null]), [
      ...[null, '-838:59:59', '-00:00:01', '09:00:00', '09:00:00.5', '100:00:00', '838:59:59'],
    ]);
    assert.deepEqual(
      sorted(
        246,
        ['1.00000000000000000000000002', '1.00000000000000000000000001', '-99999999999999999999.2', '-99999999999999999999.3', '1.0'],
        true,
      ),
      ['-99999999999999999999.3', '-99999999999999999999.2', '1.0', '1.00000000000000000000000001', '1.00000000000000000000000002'],
    );
  });

  test('text sorts without regard to letter case', () => {
    const notes = [...(orderRows(table, { sort: { column: 1, descending: false }, filter: '' }) ?? [])].map((i) => rows[i]?.[1]);
    assert.deepEqual(notes, [null, 'A', 'a', 'b\tc', "it's"]);
  });

  test('a filter finds text anywhere, or in one column, or NULL', () => {
    assert.deepEqual(ids(orderRows(table, { sort: undefined, filter: 'A' })), ['9007199254740992', '10']);
    assert.deepEqual(ids(orderRows(table, { sort: undefined, filter: 'id: 10' })), ['10']);
    assert.deepEqual(ids(orderRows(table, { sort: undefined, filter: 'note:null' })), ['-5']);
    assert.deepEqual(ids(orderRows(table, { sort: undefined, filter: 'nowhere:10' })), []);
    assert.equal(orderRows(table, { sort: undefined, filter: '  ' }), undefined);
  });

  test('copied as each format [F73]', () => {
    const few = { columns, rows: [rows[0] ?? [], rows[3] ?? []] };
    assert.deepEqual(Object.fromEntries(COPY_FORMATS.map((format) => [format, copyText(few, format)])), {
      tsv: '9007199254740993\t"b\tc"\nNULL\tit\'s',
      csv: "id,note\n9007199254740993,b\tc\n,it's",
      json: '[\n  {"id": 9007199254740993, "note": "b\\tc"},\n  {"id": null, "note": "it\'s"}\n]',
      markdown: "| id | note |\n| --- | --- |\n| 9007199254740993 | b\tc |\n| NULL | it's |",
      insert: "INSERT INTO `orders` (`id`, `note`) VALUES\n(9007199254740993, 'b\tc'),\n(NULL, 'it''s');",
      inList: "((9007199254740993, 'b\tc'))",
    });
    assert.equal(copyText({ columns: columns.slice(0, 1), rows: [['1'], ['2'], ['1'], [null]] }, 'inList'), '(1, 2)');
  });

  test('an INSERT leaves generated columns out, and reads the same in every SQL mode', () => {
    const generated = new Set([columnKey({ database: 'shop', table: 'orders', column: 'id' })]);
    const odd = {
      columns,
      rows: [
        ['1', 'C:\\'],
        ['2', 'a\r\nb'],
        ['3', "it's"],
      ],
    };
    assert.equal(
      copyText(odd, 'insert', generated),
      "INSERT INTO `orders` (`note`) VALUES\n(_utf8mb4 X'433a5c'),\n(_utf8mb4 X'610d0a62'),\n('it''s');",
    );
    assert.deepEqual(copyChanges(odd, 'insert', generated), { renamed: [], leftOut: ['id'] });
  });

  test('columns of one name get names of their own, and that is told', () => {
    const [id] = columns as readonly [Column];
    const twice = { columns: [id, id], rows: [['1', '2']] };
    assert.equal(copyText(twice, 'json'), '[\n  {"id": 1, "id_2": 2}\n]');
    assert.equal(copyText(twice, 'insert'), 'INSERT INTO `orders` (`id`, `id_2`) VALUES\n(1, 2);');
    assert.deepEqual([copyChanges(twice, 'json').renamed, copyChanges(twice, 'csv').renamed], [['id → id_2'], []]);
  });

  test('columns of several tables, or of none, name no table', () => {
    const [id, note] = columns as readonly [Column, Column];
    const joined = { columns: [id, { ...note, source: { ...source('note'), table: 'customers' } }], rows: [['1', 'x']] };
    assert.match(copyText(joined, 'insert'), /^INSERT INTO `table_name` \(`id`, `note`\)/);
    assert.match(copyText({ columns: [{ name: 'n', type: 8, binary: false }], rows: [['1']] }, 'insert'), /^INSERT INTO `table_name`/);
  });
});
