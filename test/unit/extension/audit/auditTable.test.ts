import assert from 'node:assert/strict';
import type { AuditCall } from '../../../../src/extension/audit/auditCalls.ts';
import { auditColumns, auditCsv, auditJsonLines, auditRows, auditText, COLUMN } from '../../../../src/extension/audit/auditTable.ts';
import { orderRows } from '../../../../src/engine/query/results/rowOrder.ts';

const t = (text: string, ...values: readonly unknown[]): string =>
  text.replaceAll(/\{(\d+)\}/g, (_, i: string) => String(values[Number(i)]));

const CALL: AuditCall = {
  ...{ time: '2026-11-28T10:00:00.042Z', session: '1-a', call: 1, agent: 'Claude', tool: 'mysql_execute', connection: 'shop' },
  ...{ target: 'app@h/shop', sql: 'UPDATE a\n  SET b = ?', decision: 'approved', outcome: 'committed', error: undefined },
  ...{ rows: 3, milliseconds: 11.6, undoes: undefined, place: { file: '/a.jsonl', line: 0 } },
};

async function cellsOf(call: Partial<AuditCall>): Promise<readonly string[]> {
  return (await auditRows([{ ...CALL, ...call }], t))[0]?.cells ?? [];
}

suite('the table of the audit log', () => {
  test('a row has what happened, the statement on one line and the time of the place', async () => {
    const [time = '', ...others] = await cellsOf({});
    assert.match(time, /^2026-11-\d\d \d\d:\d\d:00$/);
    assert.equal(new Date(time.replace(' ', 'T')).toISOString(), CALL.time.replace('042', '000'));
    assert.deepEqual(others, ['shop', 'Claude', 'mysql_execute', 'UPDATE a↵SET b = ?', 'approved', 'committed', '3', '12']);
  });

  test('a cell that nothing is known of is empty, and sorts before zero', async () => {
    const rows = await auditRows([CALL, { ...CALL, rows: 0 }, { ...CALL, rows: undefined }], t);
    assert.equal(rows[2]?.cells[7], '');
    const table = { columns: auditColumns(t), rows: rows.map(({ cells }) => cells) };
    assert.deepEqual([...(orderRows(table, { sort: { column: 7, descending: false }, filter: '' }) ?? [])], [2, 1, 0]);
  });

  test('what can not be seen in a text of others is an escape, in each of its columns', async () => {
    const hostile = 'a\u202Eb\u0007c\u2028d\u00ADe\u{E0041}';
    const cells = await cellsOf({ agent: hostile, tool: hostile, connection: hostile, sql: `${hostile}\r\nx` });
    for (const column of [1, 2, 3, 4]) {
      const cell = cells[column] ?? '';
      assert.ok(cell.startsWith('a<U+202E>b␇c<U+2028>d<U+00AD>e<U+E0041>'), cell);
    }
    assert.doesNotMatch(cells.join(' '), /[\p{Cc}\p{Cf}\p{Zl}]/u);
  });

  test('a receipt has its tables and columns in the place of a statement, and what cannot be seen as escapes', async () => {
    const table = { database: 'shop', name: 'or\u202Eders', all: false, columns: ['id'], maybe: ['total'] };
    const receipt = {
      ...{ session: '1-a', connection: 'shop', since: CALL.time, calls: 1, rows: { answer: 2, file: 0, person: 0 }, moreTables: 3 },
      ...{ structure: [{ database: 'shop', name: '' }], moreStructure: 0, facts: ['health', 'SHOW TABLES'] },
      tables: [{ ...table, protected: [{ column: 'email', action: 'mask' as const }] }],
    };
    const cells = await cellsOf({ tool: '', sql: undefined, outcome: 'ended', receipt });
    assert.deepEqual(cells.slice(3, 5), [
      '(receipt)',
      '2 rows returned · 4 tables read · shop.or<U+202E>ders (id, possibly total; protected: email (masked)) · and 3 more tables · database shop · server health · SHOW TABLES',
    ]);
    assert.equal(cells[COLUMN.outcome], 'session ended');
    assert.match(auditText({ ...CALL, receipt }, t), /\n\| `shop\.or<U\+202E>ders` \| `id, possibly total` \| `email \(masked\)` \|\n/);
  });

  test('each end of a call has words of its own', async () => {
    const words = [];
    for (const call of [
      { outcome: 'succeeded' },
      { outcome: 'previewed' },
      { outcome: 'unknown' },
      { outcome: 'unfinished' },
      { outcome: 'failed', error: 'approval.denied' },
      { outcome: 'failed', error: 'statement.refused' },
      { outcome: 'failed', error: undefined },
    ] as const)
      words.push((await cellsOf(call))[COLUMN.outcome]);
    assert.deepEqual(words, ['succeeded', 'previewed only', 'outcome unknown', 'no outcome recorded', 'rejected', 'refused', 'failed']);
  });

  test('an undo is the own write of the person', async () => {
    assert.equal((await cellsOf({ tool: 'undo', agent: undefined, undoes: 'a' }))[COLUMN.agent], '(you)');
    assert.equal((await cellsOf({ tool: 'undo', agent: 'claude' }))[COLUMN.agent], 'claude'); // a saved query
    for (const agent of ['(you)', ' (you) '])
      assert.equal((await cellsOf({ tool: 'mysql_execute', agent }))[COLUMN.agent], `"${agent}"`, 'a program with that name is none');
  });

  test('CSV has the times of the audit log, and nothing that a spreadsheet would run', async () => {
    const rows = await auditRows([{ ...CALL, agent: '=HYPERLINK("x")', sql: '-- x\nSELECT "a,b"' }], t);
    assert.equal(
      auditCsv(rows, t),
      [
        'Time,Connection,Agent,Tool,Statement,Decision,Outcome,Rows,Duration (ms)',
        '2026-11-28T10:00:00.042Z,shop,"\'=HYPERLINK(""x"")",mysql_execute,"\'-- x↵SELECT ""a,b""",approved,committed,3,12',
      ].join('\n'),
    );
  });

  test('JSON Lines have the calls exactly, without the place of the file', async () => {
    const rows = await auditRows([CALL, { ...CALL, sql: 'a\u202E\n' }], t);
    const lines = auditJsonLines(rows).trimEnd().split('\n');
    const { place: _, error: __, undoes: ___, ...call } = CALL;
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      [call, { ...call, sql: 'a\u202E\n' }],
    );
  });
});
