import assert from 'node:assert/strict';
import { readOnlyAccountSql } from '../../../../src/engine/policy/readOnlyAccount.ts';

suite('SQL for a read-only account', () => {
  test('grants SELECT and SHOW VIEW on each database, and quotes names', () => {
    const sql = readOnlyAccountSql("o'hara", ['shop', 'my_shop`%']);
    const statements = sql.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
    assert.deepEqual(statements, [
      "CREATE USER 'o''hara'@'%' IDENTIFIED BY '…';",
      "GRANT SELECT, SHOW VIEW ON `shop`.* TO 'o''hara'@'%';",
      "GRANT SELECT, SHOW VIEW ON `my\\_shop``\\%`.* TO 'o''hara'@'%';",
    ]);
  });
});
