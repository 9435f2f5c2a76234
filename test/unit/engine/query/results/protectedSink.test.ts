import assert from 'node:assert/strict';
import type { RowSink } from '../../../../../src/engine/driver/session.ts';
import { MASK, ProtectedSink } from '../../../../../src/engine/query/results/protectedSink.ts';
import { pseudonymOf } from '../../../../../src/engine/query/results/pseudonym.ts';

const INTEGER = { name: 'n', type: 3, binary: false, numeric: { unsigned: false, precision: 10, scale: 0 } };
const BINARY = { name: 'b', type: 252, binary: true, source: { database: 'd', table: 't', column: 'secret', alias: 't' } };

function sinkOf(seen: unknown[]): RowSink {
  return {
    columns: (columns) => seen.push(columns),
    row: (cells) => seen.push(cells) > 0,
    tooLarge: (row) => seen.push(row) > 0,
    packet: () => {
      throw new Error('A packet passed by.');
    },
  };
}

suite('a sink before which columns are protected', () => {
  test('values become masks and pseudonyms, NULL stays, and types are those of texts', () => {
    const seen: unknown[] = [];
    const sink = new ProtectedSink(sinkOf(seen), ['mask', undefined, 'pseudonym', 'hide'], (value) => `<${value}>`);
    sink.columns([INTEGER, INTEGER, BINARY, BINARY]);
    void sink.row(['1', '2', '0xFF', 'x']);
    void sink.row([null, null, null, null]);
    const text = { type: 253, binary: false };
    assert.deepEqual(seen, [
      [{ name: 'n', ...text }, INTEGER, { name: 'b', ...text }, { name: 'b', ...text }],
      [MASK, '2', '<0xFF>', MASK],
      [null, null, null, null],
    ]);
    assert.equal('packet' in sink, false);
  });

  test('of a row that is too large no length of a protected value is told, and no pseudonym of a part', () => {
    const seen: unknown[] = [];
    const sink = new ProtectedSink(sinkOf(seen), ['pseudonym', undefined], () => 'p');
    sink.columns([INTEGER, INTEGER]);
    sink.tooLarge({ cells: ['begin', 'x'], cuts: [{ column: 0, bytes: 5_000_000 }] });
    sink.tooLarge({ cells: ['whole', 'x'], cuts: [{ column: 1, bytes: 5_000_000 }] });
    assert.deepEqual(seen.slice(1), [[MASK, 'x'], { cells: ['p', 'x'], cuts: [{ column: 1, bytes: 5_000_000 }] }]);
  });

  test('another number of columns than was judged ends the statement', () => {
    const sink = new ProtectedSink(sinkOf([]), ['mask'], () => '');
    assert.throws(() => {
      sink.columns([INTEGER, INTEGER]);
    });
    assert.throws(() => sink.row(['1']));
  });

  test('a pseudonym depends on the value and on the key', () => {
    assert.match(pseudonymOf('k', 'a'), /^p_[\w-]{12}$/);
    assert.equal(pseudonymOf('k', 'a'), pseudonymOf('k', 'a'));
    assert.notEqual(pseudonymOf('k', 'a'), pseudonymOf('k', 'b'));
    assert.notEqual(pseudonymOf('k', 'a'), pseudonymOf('l', 'a'));
  });
});
