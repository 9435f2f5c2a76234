import assert from 'node:assert/strict';
import type { HealthRow } from '../../../../src/engine/diagnostics/healthCheck.ts';
import { HEALTH_CHECKS } from '../../../../src/engine/diagnostics/healthChecks.ts';

const find = (id: string, ...rows: HealthRow[]): string => {
  const check = HEALTH_CHECKS.find((one) => one.id === id) ?? assert.fail(`no check ${id}`);
  const found = check.evaluate?.(rows) ?? assert.fail('not told');
  if ('notJudged' in found) return `not judged: ${found.notJudged}`;
  return found.map(({ severity, what, advice }) => `${severity}: ${what} ${advice}`).join('\n');
};
const t = { table_database: 'shop', table_name: 't' };
const index = (name: string, parts: string, unique = false): HealthRow => ({ ...t, index_name: name, parts, non_unique: unique ? 0 : 1 });
const status = (name: string, value: number): HealthRow => ({ Variable_name: name, Value: String(value) });
const unused = (uptime: number): HealthRow => ({ ...t, index_name: 'i', recording: 1, uptime });
const pool = (requests: number, misses: number): HealthRow[] => [
  status('Innodb_buffer_pool_read_requests', requests),
  status('Innodb_buffer_pool_reads', misses),
];
const SOUND = { flush_log: 1, local_infile: 0, general_log: 0, sql_mode: 'STRICT_TRANS_TABLES' };
const running = { Replica_IO_Running: 'Yes', Replica_SQL_Running: 'Yes', Seconds_Behind_Source: 0 };

/** For each check rows that it must tell of, and rows that it must not. */
const CASES: Readonly<Record<string, readonly [fires: HealthRow[], expected: RegExp, sound: HealthRow[]][]>> = {
  'primary keys': [[[t], /^medium: Tables without a primary key: shop\.t\./, []]],
  'duplicate indexes': [
    [
      [index('a', 'x'), index('ab', 'x,y')],
      /^low: .*shop\.t\.a\(x\) by ab\(x,y\)/,
      [index('a', 'x'), index('b', 'y,x'), index('xx', 'xx,y')],
    ],
    [[index('a', 'x'), index('b', 'x')], /shop\.t\.b\(x\) by a\(x\)\./, [index('u', 'x', true), index('ab', 'x,y')]],
    [[index('a', 'x'), index('PRIMARY', 'x', true)], /shop\.t\.a\(x\) by PRIMARY\(x\)/, [index('a', 'x(10)'), index('b', 'x')].slice(0, 1)],
  ],
  'auto-increment': [
    [
      [{ ...t, type: 'tinyint unsigned', next_value: 250 }],
      /^high: .*\(tinyint unsigned\) is used up to 98 %/,
      [{ ...t, type: 'int', next_value: 250 }],
    ],
    [[{ ...t, type: 'int(11)', next_value: 1_700_000_000 }], /^medium: /, [{ ...t, type: 'int(10) unsigned', next_value: 1_700_000_000 }]],
  ],
  'storage engines': [[[{ ...t, engine: 'MyISAM' }], /^medium: .*shop\.t \(MyISAM\)/, []]],
  fragmentation: [
    [
      [{ ...t, free: 3e8, used: 5e8 }],
      /^low: .*286 MiB free/,
      [
        { ...t, free: 3e8, used: 5e9 },
        { ...t, free: 1e6, used: 1e6 },
      ],
    ],
  ],
  'mixed collations': [
    [
      [
        { ...t, column_name: 'email', collation: 'utf8mb4_bin' },
        { ...t, table_name: 'u', column_name: 'Email', collation: 'latin1_swedish_ci' },
      ],
      /email \(utf8mb4_bin, latin1_swedish_ci\)/,
      [
        { ...t, column_name: 'email', collation: 'utf8mb4_bin' },
        { ...t, column_name: 'name', collation: 'latin1_swedish_ci' },
      ],
    ],
  ],
  'buffer pool': [
    [pool(2_000_000, 200_000), /^high: The buffer pool answers 90\.0 %/, pool(2_000_000, 200)],
    [pool(2_000_000, 40_000), /^medium: .*98\.0 %/, pool(2_000_000, 200)],
  ],
  connections: [
    [[{ used: 151, allowed: 151 }], /^high: 151 of 151/, [{ used: 20, allowed: 151 }]],
    [[{ used: 140, allowed: 151 }], /^medium: /, []],
  ],
  'long transactions': [
    [
      [{ id: 7, account: 'app', command: 'Sleep', seconds: 300, locked: 5 }],
      /^high: Session 7 of app holds a transaction \(Sleep for 300 s/,
      [{ id: 7, account: 'app', command: 'Query', seconds: 2, locked: 5 }],
    ],
  ],
  'lock waits': [
    [[{ id: 8, seconds: 3, statement: 'UPDATE t' }], /^high: Session 8 has been waiting for a row lock for 3 s: UPDATE t/, []],
  ],
  replication: [
    [[{ ...running, Seconds_Behind_Source: 500 }], /^high: This replica is 500 s behind/, [running]],
    [
      [{ Slave_IO_Running: 'Yes', Slave_SQL_Running: 'No', Last_Error: 'x' }],
      /^high: Replication is stopped \(reads: Yes, applies: No\)\. x/,
      [],
    ],
  ],
  settings: [
    [[{ ...SOUND, flush_log: 2 }], /^medium: innodb_flush_log_at_trx_commit is 2/, [SOUND]],
    [[{ ...SOUND, local_infile: 1, general_log: 1, sql_mode: '' }], /local_infile is ON[^]*general log is ON[^]*not strict/, [SOUND]],
  ],
  accounts: [[[{ account: 'x', host: '%' }], /^high: Accounts without a password: 'x'@'%'/, []]],
  'wide tables': [[[{ ...t, columns_count: 200 }], /^low: Very wide tables: shop\.t \(200 columns\)\./, []]],
  statistics: [
    [
      [{ ...t, row_estimate: 0, used: 5e7, options: '' }],
      /^medium: .*empty according to their statistics: shop\.t\./,
      [{ ...t, row_estimate: 900, used: 5e7, options: '' }],
    ],
    [
      [{ ...t, row_estimate: 5, used: 5e7, options: 'stats_auto_recalc=0' }],
      /^low: .*Tables without automatic statistics updates: shop\.t\./,
      [],
    ],
  ],
  deadlocks: [
    [[{ deadlocks: 40, uptime: 7200 }], /^medium: 40 deadlocks since the server started, 20\.0 an hour/, [{ deadlocks: 0, uptime: 7200 }]],
    [[{ deadlocks: 1, uptime: 86400 }], /^low: 1 deadlocks/, [{ deadlocks: 0, uptime: 86400 }]],
  ],
  'unused indexes': [[[unused(90_000)], /^low: .*shop\.t\.i\./, [{ recording: 1, uptime: 90_000 }]]],
};

suite('health checks', () => {
  for (const { id } of HEALTH_CHECKS.filter(({ evaluate }) => evaluate !== undefined)) {
    test(`${id}: tells what is wrong, and is silent where nothing is`, () => {
      const cases = CASES[id] ?? assert.fail('a check without a case');
      for (const [fires, expected, sound] of cases) {
        assert.match(find(id, ...fires), expected);
        assert.equal(find(id, ...sound), '');
      }
    });
  }

  test('many names are counted', () => {
    assert.match(find('primary keys', ...Array.from({ length: 14 }, () => t)), / and 4 more\./);
  });

  test('what cannot be judged yet is not called sound, and says why', () => {
    assert.equal(find('unused indexes', unused(540)), 'not judged: the server has been up for 9 min, a day is needed');
    assert.equal(find('unused indexes', { recording: 1, uptime: 540 }), '', 'all are used');
    assert.equal(find('unused indexes', { recording: 0, uptime: 90_000 }), 'not judged: performance_schema is OFF');
    assert.equal(find('buffer pool', ...pool(1000, 900)), 'not judged: only 1000 reads since the server started');
    assert.match(find('deadlocks'), /^not judged: the server doesn't count them/);
  });

  test('redundant indexes are told with direction, uniqueness and visibility', () => {
    const hidden = (name: string, parts: string): HealthRow => ({ ...index(name, parts), visible: 'NO' });
    for (const [indexes, expected] of [
      [[index('u', 'x', true), index('v', 'x', true)], 'shop.t.v(x) UNIQUE by u(x) UNIQUE'],
      [[index('u', 'x', true), index('PRIMARY', 'x', true)], 'shop.t.u(x) UNIQUE by PRIMARY(x)'],
      [[index('d', 'x DESC'), index('xy', 'x,y')], 'shop.t.d(x DESC) by xy(x,y), in reverse order'],
      [[index('a', 'x,y DESC'), index('b', 'x DESC,y')], 'shop.t.b(x DESC,y) by a(x,y DESC), in reverse order'],
      [[index('a', 'x,y'), index('b', 'x,y DESC')], ''],
      [[index('a', 'x'), hidden('ab', 'x,y')], ''],
      [[hidden('a', 'x'), index('ab', 'x,y')], 'shop.t.a(x) INVISIBLE by ab(x,y)'],
      [[hidden('a', 'x'), index('b', 'x')], 'shop.t.a(x) INVISIBLE by b(x)'],
    ] as const)
      assert.equal(find('duplicate indexes', ...indexes), expected === '' ? '' : `low: Redundant indexes: ${expected}. health.dropCovered`);
  });

  test('facts are told whether or not they are sound', () => {
    const facts = (id: string, ...rows: HealthRow[]) => HEALTH_CHECKS.find((one) => one.id === id)?.facts?.(rows);
    assert.deepEqual(
      facts('auto-increment', { ...t, type: 'int', next_value: 250 }, { ...t, table_name: 'u', type: 'tinyint', next_value: 100 }),
      ['fullest auto-increment shop.u 78.7 %'],
    );
    assert.deepEqual(facts('auto-increment'), []);
    assert.deepEqual(facts('buffer pool', ...pool(1000, 100), status('Uptime', 540)), ['90.0 % of its reads hit', 'up for 9 min']);
    assert.deepEqual(facts('long transactions', { id: 3, open_seconds: 12 }, { id: 4, open_seconds: 7300 }), [
      'longest transaction 2 h (session 4)',
    ]);
    assert.deepEqual(facts('long transactions'), ['no open transaction']);
    assert.deepEqual(facts('lock waits'), ['no lock waits']);
  });
});
