import assert from 'node:assert/strict';
import { AuditCalls, type AuditCall } from '../../../../src/extension/audit/auditCalls.ts';

const PREVIEW = 'a'.repeat(64);
const PLACE = { file: '/audit-1.jsonl', line: 7 };

function read(...entries: readonly (object | string)[]): readonly AuditCall[] {
  const calls = new AuditCalls();
  for (const [i, entry] of entries.entries()) {
    const line =
      typeof entry === 'string' ? entry : JSON.stringify({ time: timeOf(i), session: '1-a', client: 'Agent', call: 1, ...entry });
    calls.add(line, { ...PLACE, line: PLACE.line + i });
  }
  return calls.newestFirst();
}

function timeOf(second: number): string {
  return `2026-11-28T10:00:${String(second).padStart(2, '0')}.000Z`;
}

const WRITE = { tool: 'mysql_execute' };
const verdict = {
  event: 'verdict',
  ...WRITE,
  connection: 'shop',
  target: 'app@h/shop',
  sql: 'DELETE FROM a WHERE id = ?',
  decision: 'ask',
};
const preview = { event: 'preview', ...WRITE, preview: PREVIEW, rows: 3 };
const run = { event: 'decision', ...WRITE, preview: PREVIEW, decision: 'run' };
const intent = { event: 'intent', ...WRITE, preview: PREVIEW };
const committed = { event: 'outcome', ...WRITE, preview: PREVIEW, outcome: 'committed', rows: 3, milliseconds: 12 };
const end = { event: 'call', ...WRITE, connection: 'shop', milliseconds: 9000 };

suite('the calls of the audit log', () => {
  test('a read has the statement, the agent and the time of its call', () => {
    const [call] = read({ event: 'call', tool: 'mysql_query', connection: 'shop', sql: 'SELECT ?', milliseconds: 5 });
    assert.deepEqual(
      [call?.agent, call?.connection, call?.sql, call?.outcome, call?.decision, call?.rows, call?.milliseconds, call?.place],
      ['Agent', 'shop', 'SELECT ?', 'succeeded', undefined, undefined, 5, PLACE],
    );
  });

  test('an export has the decision of the person and its rows, whoever was asked', () => {
    const EXPORT = { tool: 'mysql_export', preview: PREVIEW };
    const last = { event: 'call', tool: 'mysql_export', connection: 'shop', milliseconds: 9000 };
    const written = { event: 'outcome', ...EXPORT, outcome: 'exported', rows: 7, milliseconds: 12 };
    const decided = (decision: string, error?: string) => ({
      event: 'decision',
      ...EXPORT,
      connection: 'shop',
      sql: 'SELECT ?',
      decision,
      error,
    });
    for (const [entries, expected] of [
      [
        [decided('run'), written, last],
        ['approved', 'succeeded', 7, undefined],
      ],
      [
        [decided('run, and the session'), written],
        ['approved', 'succeeded', 7, undefined],
      ],
      [
        [decided('run, approved for the session'), last],
        ['approved', 'succeeded', undefined, undefined],
      ],
      [
        [decided('run, unasked'), last],
        ['unasked', 'succeeded', undefined, undefined],
      ],
      [
        [decided('not run', 'approval.denied'), { ...last, error: 'approval.denied' }],
        ['rejected', 'failed', undefined, 'approval.denied'],
      ],
      [
        [decided('run'), { ...written, outcome: 'undone', rows: undefined, error: 'file.failed' }, { ...last, error: 'file.failed' }],
        ['approved', 'failed', undefined, 'file.failed'],
      ],
    ] as const) {
      const [call] = read(...entries);
      assert.deepEqual([call?.decision, call?.outcome, call?.rows, call?.error], expected);
    }
  });

  const RECEIPT = {
    ...{ event: 'receipt', call: undefined, connection: 'shop', since: timeOf(0), calls: 3, moreTables: 0, moreStructure: 0 },
    ...{ rows: { answer: 2, file: 3, person: 4 }, structure: [], facts: ['health'] },
    tables: [{ database: 'shop', name: 'orders', all: false, columns: ['id'], maybe: [], protected: [] }],
  };

  test('the receipt of a session is a row of its own, beside the calls of the session', () => {
    const [receipt, call] = read({ event: 'call', tool: 'mysql_query', connection: 'shop', milliseconds: 5 }, RECEIPT);
    assert.deepEqual([call?.outcome, call?.receipt], ['succeeded', undefined]);
    assert.deepEqual([receipt?.outcome, receipt?.agent, receipt?.connection, receipt?.rows], ['ended', 'Agent', 'shop', 9]);
    assert.deepEqual(receipt?.receipt?.tables, RECEIPT.tables);
  });

  test('a receipt or an event of a later version is counted as unreadable, and the others are shown', () => {
    const calls = new AuditCalls();
    for (const entry of [{ ...RECEIPT, tables: undefined }, { ...end, event: 'later' }, end])
      calls.add(JSON.stringify({ time: timeOf(1), session: '1-a', call: 1, ...entry }), PLACE);
    assert.deepEqual([calls.unreadable, calls.newestFirst().length], [2, 1]);
  });

  test('the lines of a write are one call, with the time of its statement and not that of the person', () => {
    const calls = read(verdict, preview, run, intent, committed, end);
    assert.equal(calls.length, 1);
    const [call] = calls;
    assert.deepEqual(
      [call?.time, call?.sql, call?.decision, call?.outcome, call?.rows, call?.milliseconds, call?.place.line],
      [timeOf(0), verdict.sql, 'approved', 'committed', 3, 12, 7],
    );
  });

  const rejected = { event: 'decision', ...WRITE, decision: 'not run', error: 'approval.denied' };
  const expired = { ...rejected, error: 'approval.expired' };
  const undone = { event: 'outcome', ...WRITE, outcome: 'undone', error: 'write.changed', milliseconds: 4 };
  for (const [title, lines, expected] of [
    [
      'a rejected write failed',
      [verdict, preview, rejected, { ...end, error: 'approval.denied' }],
      ['rejected', 'failed', 'approval.denied'],
    ],
    ['an expired write failed', [verdict, preview, expired], ['expired', 'failed', 'approval.expired']],
    ['a refused statement failed', [{ ...verdict, error: 'statement.refused' }], [undefined, 'failed', 'statement.refused']],
    ['a write that was only previewed is no success', [verdict, preview, end], [undefined, 'previewed', undefined]],
    ['a preview whose call failed failed', [verdict, preview, { ...end, error: 'internal' }], [undefined, 'failed', 'internal']],
    [
      'a write without asking is told apart',
      [verdict, preview, { ...run, decision: 'run, unasked' }, intent, committed],
      ['unasked', 'committed', undefined],
    ],
    [
      'a write whose process ended after the intent may have been committed',
      [verdict, preview, run, intent],
      ['approved', 'unknown', undefined],
    ],
    [
      'a write whose outcome is unknown stays so',
      [verdict, preview, run, intent, { ...undone, outcome: 'unknown', error: 'write.unknown' }, { ...end, error: 'write.unknown' }],
      ['approved', 'unknown', 'write.unknown'],
    ],
    ['a write that changed nothing failed', [verdict, preview, run, intent, undone], ['approved', 'failed', 'write.changed']],
    [
      'the second review of a write counts',
      [verdict, preview, run, intent, undone, preview, run, intent, committed, end],
      ['approved', 'committed', undefined],
    ],
    [
      'a request that waits in the client has no end',
      [verdict, preview, { ...run, decision: 'asked' }, end],
      ['asked', 'unfinished', undefined],
    ],
  ] as const)
    test(title, () => {
      const [call] = read(...lines);
      assert.deepEqual([call?.decision, call?.outcome, call?.error], expected);
    });

  test('calls of other sessions are others, and the newest comes first', () => {
    const calls = read({ event: 'call', tool: 'a' }, { event: 'call', tool: 'b', session: '2-b' }, { event: 'call', tool: 'c', call: 2 });
    assert.deepEqual(
      calls.map(({ tool }) => tool),
      ['c', 'b', 'a'],
    );
  });

  test('torn lines and lines of others are counted, and make no call', () => {
    const calls = new AuditCalls();
    for (const line of ['{"time":"2026-', '[]', '{"event":"call","call":1,"tool":"x"}', 'null', '', '  ']) calls.add(line, PLACE);
    assert.deepEqual(calls.newestFirst(), []);
    assert.equal(calls.unreadable, 4);
  });
});
