import assert from 'node:assert/strict';
import type { PoolActivity } from '../../../../src/engine/driver/sessionPool.ts';
import { HEALTH_THRESHOLDS, judgeHealth, type Health, type HealthThresholds } from '../../../../src/engine/observability/health.ts';
import { statementType } from '../../../../src/engine/observability/statementEvents.ts';
import { percentiles, StatementMetrics, type MetricsNow } from '../../../../src/engine/observability/statementMetrics.ts';

const POOL = { busy: 1, idle: 0, limit: 10, waiting: 0, waits: 0, waitedMs: 0, failures: 0 };

suite('figures of statements', () => {
  test('are counted by type and by error', () => {
    const figures = new StatementMetrics();
    for (let i = 0; i < 8; i++) figures.add({ type: 'SELECT', milliseconds: 10, rows: 5 });
    figures.add({ type: 'UPDATE', milliseconds: 1500, rows: 2 });
    figures.add({ type: 'SELECT', milliseconds: 1, rows: 0, error: 'statement.refused' });
    const now = figures.now();
    assert.deepEqual([now.total, now.failed, now.slow, now.rows, now.faultShare, now.faultsInLastMinute], [10, 1, 1, 42, 0, 0]);
    assert.deepEqual(Object.fromEntries(now.byType), { SELECT: { total: 9, failed: 1 }, UPDATE: { total: 1, failed: 0 } });
    assert.deepEqual(Object.fromEntries(now.byError), { 'statement.refused': 1 });
  });

  test('percentiles', () => {
    assert.deepEqual(percentiles(Array.from({ length: 100 }, (_, i) => 100 - i)), { p50: 51, p90: 91, p95: 96, p99: 100 });
    assert.deepEqual(percentiles([]), { p50: 0, p90: 0, p95: 0, p99: 0 });
  });

  test('errors of the last minute are forgotten after it', () => {
    const figures = new StatementMetrics();
    figures.add({ type: 'SELECT', milliseconds: 1, rows: 0, error: 'connection.lost' }, 1000);
    assert.equal(figures.now(60_000).faultsInLastMinute, 1);
    assert.equal(figures.now(61_001).faultsInLastMinute, 0);
  });

  test('the type of a text is one of few, whatever an agent sends', () => {
    assert.deepEqual(['select 1', ' (SELECT 1)', 'With x', 'foo', '', '/* */', 'S3LECT', 'constructor'].map(statementType), [
      'SELECT',
      'SELECT',
      'WITH',
      'OTHER',
      'OTHER',
      'OTHER',
      'OTHER',
      'OTHER',
    ]);
  });
});

suite('health of a connection', () => {
  const figures = (add: (figures: StatementMetrics) => void): ReturnType<StatementMetrics['now']> => {
    const made = new StatementMetrics();
    add(made);
    return made.now();
  };
  const quiet = figures(() => undefined);
  const many = (count: number, milliseconds: number, failed: number) => (made: StatementMetrics) => {
    for (let i = 0; i < count; i++)
      made.add({ type: 'SELECT', milliseconds, rows: 1, ...(i < failed ? { error: 'statement.timeout' as const } : {}) });
  };

  const judge = (pool: PoolActivity, made: MetricsNow, thresholds?: HealthThresholds): Health =>
    judgeHealth({ pool, figures: made }, thresholds);

  test('each threshold by itself [P40]', () => {
    assert.deepEqual(judge(POOL, quiet), { state: 'healthy', reasons: [] });
    assert.equal(judge({ ...POOL, busy: 9 }, quiet).state, 'healthy');
    assert.equal(judge({ ...POOL, busy: 10 }, quiet).state, 'degraded');
    assert.equal(judge({ ...POOL, busy: 10, waiting: 1 }, quiet).state, 'unhealthy');
    assert.equal(judge({ ...POOL, failures: 1 }, quiet).state, 'unhealthy');
    assert.equal(judge(POOL, figures(many(100, 10, 10))).state, 'healthy');
    assert.match(judge(POOL, figures(many(50, 10, 6))).reasons.join(), /^12% of recent statements had a fault \(limit 10%\)$/);
    assert.match(judge(POOL, figures(many(500, 10, 11))).reasons.join(), /^11 faults in the last minute \(limit 10\)$/);
    assert.match(judge(POOL, figures(many(20, 1200, 0))).reasons.join(), /longer than 1200 ms/);
    assert.equal(judge(POOL, figures(many(9, 10, 9))).state, 'healthy', 'a few say nothing about a share');
  });

  test('thresholds can be set [P41]', () => {
    const strict = { ...HEALTH_THRESHOLDS, poolShare: 0.05, errorShare: 0.01, p95Ms: 5, errorsPerMinute: 0 };
    assert.equal(judge(POOL, figures(many(20, 10, 1)), strict).reasons.length, 4);
  });

  test('a cache that nobody finds anything in', () => {
    const reasons = (hits: number, misses: number): string =>
      judgeHealth({ pool: POOL, figures: quiet, cache: { hits, misses } }).reasons.join();
    assert.equal(reasons(10, 89), '', 'it is empty in the beginning');
    assert.equal(reasons(50, 50), '');
    assert.equal(reasons(49, 51), '49% of the answers came from the cache (minimum 50%)');
  });
});
