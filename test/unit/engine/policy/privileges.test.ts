import assert from 'node:assert/strict';
import { describeExcessPrivileges, findExcessPrivileges, hasPrivilege } from '../../../../src/engine/policy/privileges.ts';

suite('privileges', () => {
  for (const [grants, writes, administers] of [
    [['GRANT USAGE ON *.* TO `ro`@`%`', 'GRANT SELECT, SHOW VIEW ON `shop`.* TO `ro`@`%`'], [], []],
    [['GRANT SELECT (a, b), INSERT (a) ON `shop`.`t` TO `x`@`%`'], ['INSERT'], []],
    [['GRANT ALL PRIVILEGES ON `shop`.* TO `app`@`%`'], ['ALL PRIVILEGES'], []],
    [['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION'], ['ALL PRIVILEGES'], ['ALL PRIVILEGES', 'GRANT OPTION']],
    [
      ['GRANT SELECT, FILE, SUPER ON *.* TO `x`@`%`', 'GRANT BINLOG_ADMIN,SET_ANY_DEFINER ON *.* TO `x`@`%`'],
      [],
      ['FILE', 'SUPER', 'BINLOG_ADMIN', 'SET_ANY_DEFINER'],
    ],
    [["GRANT PROXY ON ''@'%' TO 'root'@'localhost' WITH GRANT OPTION", 'GRANT `reader`@`%` TO `x`@`%`'], [], []],
    [['GRANT EXECUTE ON FUNCTION `shop`.`f` TO `x`@`%`'], ['EXECUTE'], []],
  ] as const) {
    test(grants.join('; '), () => {
      assert.deepEqual(findExcessPrivileges(grants), { writes, administers });
    });
  }

  test('is told in one sentence, or not at all', () => {
    assert.equal(describeExcessPrivileges({ writes: [], administers: [] }), undefined);
    assert.match(
      describeExcessPrivileges({ writes: ['INSERT'], administers: ['FILE'] }) ?? '',
      /can write \(INSERT\) and can administer the server \(FILE\)/,
    );
  });
});

suite('privileges on a table', () => {
  const cases: readonly [string, boolean][] = [
    ['GRANT ALL PRIVILEGES ON *.* TO `u`@`%`', true],
    ['GRANT SELECT, TRIGGER ON *.* TO `u`@`%` WITH GRANT OPTION', true],
    ['GRANT ALL PRIVILEGES ON `shop`.* TO `u`@`%`', true],
    ['GRANT TRIGGER ON `shop`.`orders` TO `u`@`%`', true],
    ['GRANT TRIGGER ON `sh%`.* TO `u`@`%`', true],
    ['GRANT TRIGGER ON `sho_`.* TO `u`@`%`', true],
    ['GRANT TRIGGER ON `sho\\_`.* TO `u`@`%`', false],
    ['GRANT TRIGGER ON `shop`.`customers` TO `u`@`%`', false],
    ['GRANT TRIGGER ON `other`.* TO `u`@`%`', false],
    ['GRANT SELECT, INSERT ON `shop`.* TO `u`@`%`', false],
    ['GRANT `role`@`%` TO `u`@`%`', false],
    ['GRANT TRIGGER ON `s.op`.* TO `u`@`%`', false],
  ];
  for (const [line, expected] of cases) {
    test(line, () => {
      assert.equal(hasPrivilege([line], 'TRIGGER', { database: 'shop', name: 'orders' }), expected);
    });
  }

  const revokes: readonly [string, boolean][] = [
    ['REVOKE TRIGGER ON `shop`.* FROM `u`@`%`', false],
    ['REVOKE SELECT, TRIGGER ON `shop`.* FROM `u`@`%`', false],
    ['REVOKE SELECT ON `shop`.* FROM `u`@`%`', true],
    ['REVOKE TRIGGER ON `sho_`.* FROM `u`@`%`', true],
    ['REVOKE TRIGGER ON `other`.* FROM `u`@`%`', true],
  ];
  for (const [line, expected] of revokes)
    test(`a privilege on all databases, and ${line}`, () => {
      const all = 'GRANT SELECT, TRIGGER ON *.* TO `u`@`%`';
      const table = { database: 'shop', name: 'orders' };
      assert.equal(hasPrivilege([all, line], 'TRIGGER', table), expected);
      assert.equal(hasPrivilege([all, line, 'GRANT TRIGGER ON `shop`.`orders` TO `u`@`%`'], 'TRIGGER', table), true);
    });
});
