import assert from 'node:assert/strict';
import { COPY, IN_PLACE, IN_PLACE_SHARED, INSTANT, REBUILD, type Way } from '../../../../src/engine/ddl/wayKinds.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { alterationCost } from '../../../../src/engine/writes/alterationCost.ts';
import { MYSQL } from '../sql/dialects.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';

const cost = (way: Way | undefined, sql = 'ALTER TABLE t ADD COLUMN a INT'): string => {
  const [statement] = parseStatements(sql, MYSQL);
  assert.ok(statement?.kind === 'alterTable' || statement?.kind === 'createIndex' || statement?.kind === 'drop', sql);
  return alterationCost(statement, way).map(inEnglish).join(' ');
};

suite('what changes of tables cost', () => {
  const cases: readonly [string, Way | undefined, RegExp][] = [
    ['only metadata changes at once', INSTANT, /INSTANT/],
    ['others read and write during a change in place', IN_PLACE, /INPLACE, LOCK=NONE/],
    ['others only read where the lock is shared', IN_PLACE_SHARED, /INPLACE, LOCK=SHARED/],
    ['a rebuild is named', REBUILD, /rebuild/],
    ['others only read during a copy', COPY, /COPY, LOCK=SHARED/],
    ['where no rule tells, only the waiting is named', undefined, /^When it starts/],
  ];
  for (const [title, way, expected] of cases)
    test(title, () => {
      assert.match(cost(way), expected);
      assert.match(cost(way), /waits for all open transactions/);
    });

  test('a chosen algorithm is told', () => {
    assert.match(cost(IN_PLACE, 'ALTER TABLE t ADD INDEX i (a), ALGORITHM=INPLACE, LOCK=NONE'), /specifies ALGORITHM or LOCK/);
  });
});
