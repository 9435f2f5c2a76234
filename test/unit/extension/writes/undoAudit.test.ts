import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PilotError } from '../../../../src/engine/errors.ts';
import { readAuditLog } from '../../../../src/extension/audit/auditFiles.ts';
import type { AuditCall } from '../../../../src/extension/audit/auditCalls.ts';
import { recordedOutcome } from '../../../../src/extension/writes/recordedOutcome.ts';
import { UndoAudit } from '../../../../src/extension/writes/undoAudit.ts';

const PROFILE = {
  ...{ id: '1', name: 'shop', host: '127.0.0.1', port: 3306, user: 'app', database: 'shop' },
} as unknown as Parameters<UndoAudit['run']>[0]['profile'];
const UNDOES = 'a'.repeat(64);
const UNDO = { profile: PROFILE, sql: "UPDATE `a` SET `b` = 'secret' WHERE `id` = 1;\nDELETE FROM `a` WHERE `id` = 2", undoes: UNDOES };
const done = { rows: 2, elapsedMs: 7 };

suite('undos in the audit log', () => {
  let folder: string;
  let warnings: string[];
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-undo-'));
    warnings = [];
  });
  teardown(() => rm(folder, { recursive: true }));

  const open = (fullStatements = false): UndoAudit =>
    new UndoAudit({
      recording: () => Promise.resolve({ folder, fullStatements, statementTags: true }),
      warn: (message) => warnings.push(message),
      t: (text, ...values) => text.replace('{0}', String(values[0])),
    });
  const recorded = async (): Promise<AuditCall | undefined> => (await readAuditLog(path.join(folder, 'audit'))).calls[0];

  test('an undo that was committed has its statement without values, its decision and its outcome', async () => {
    const audit = open();
    assert.deepEqual(await audit.run(UNDO, () => Promise.resolve(done)), done);
    await audit.close();
    const call = await recorded();
    assert.deepEqual(
      [call?.tool, call?.connection, call?.decision, call?.outcome, call?.rows, call?.milliseconds],
      ['undo', 'shop', 'approved', 'committed', 2, 7],
    );
    assert.match(call?.sql ?? '', /^UPDATE .* = \? .*; ?DELETE FROM .* = \?/);
    assert.ok(!call?.sql?.includes('secret'));
    assert.equal(await recordedOutcome(path.join(folder, 'audit'), UNDOES), undefined, 'it is no outcome of the write itself');
  });

  test('values are recorded where the user wants that', async () => {
    const audit = open(true);
    await audit.run(UNDO, () => Promise.resolve(done));
    await audit.close();
    assert.equal((await recorded())?.sql, UNDO.sql);
  });

  test('the intent is on the disk before anything runs', async () => {
    const audit = open();
    await audit.run(UNDO, async () => {
      const call = await recorded();
      assert.deepEqual([call?.decision, call?.outcome], ['approved', 'unknown']);
      return done;
    });
    await audit.close();
  });

  test('an undo that nothing came of is told apart from one whose outcome is unknown', async () => {
    const audit = open();
    await audit.run(UNDO, () => Promise.resolve({ code: 'changedRows', about: [] }));
    assert.deepEqual([(await recorded())?.outcome, (await recorded())?.error], ['failed', 'write.changed']);
    await assert.rejects(
      audit.run(UNDO, () => Promise.reject(new PilotError('connection.lost', 'gone', {}))),
      /gone/,
    );
    await assert.rejects(
      audit.run(UNDO, () => Promise.reject(new PilotError('write.unknown', 'who knows', {}))),
      /who knows/,
    );
    await audit.close();
    const { calls } = await readAuditLog(path.join(folder, 'audit'));
    assert.deepEqual(calls.map(({ call, outcome, error }) => [call, outcome, error]).sort(), [
      [1, 'failed', 'write.changed'],
      [2, 'failed', 'connection.lost'],
      [3, 'unknown', 'write.unknown'],
    ]);
  });

  test('nothing runs where it cannot be recorded', async () => {
    await writeFile(path.join(folder, 'audit'), 'in the way');
    let ran = false;
    const run = async (): Promise<typeof done> => {
      ran = true;
      return Promise.resolve(done);
    };
    await assert.rejects(open().run(UNDO, run), /The audit log can't be written .*Nothing was changed/);
    assert.ok(!ran);
  });
});
