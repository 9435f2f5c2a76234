import assert from 'node:assert/strict';
import { parseServerInfo } from '../../../../src/engine/driver/serverInfo.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { alterationCost } from '../../../../src/engine/writes/alterationCost.ts';
import { MYSQL } from '../sql/dialects.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';

const cost = (sql: string, version = '9.7.4'): string => {
  const [statement] = parseStatements(sql, MYSQL);
  assert.ok(statement?.kind === 'alterTable' || statement?.kind === 'createIndex' || statement?.kind === 'drop', sql);
  return alterationCost(statement, parseServerInfo(version)).map(inEnglish).join(' ');
};

suite('what changes of tables cost', () => {
  const cases: readonly [string, RegExp][] = [
    ['ALTER TABLE t ADD COLUMN a INT', /INSTANT/],
    ['ALTER TABLE t DROP COLUMN a', /INSTANT/],
    ['ALTER TABLE t RENAME COLUMN a TO b', /INSTANT/],
    ['ALTER TABLE t MODIFY a BIGINT', /COPY/],
    ['ALTER TABLE t CHANGE a b TEXT', /COPY/],
    ['ALTER TABLE t ADD INDEX i (a, b)', /INPLACE, LOCK=NONE/],
    ['CREATE INDEX i ON t (a)', /INPLACE, LOCK=NONE/],
    ['ALTER TABLE t DROP INDEX i', /INPLACE, LOCK=NONE/],
    ['ALTER TABLE t ADD PRIMARY KEY (a)', /rebuild/],
    ['ALTER TABLE t DROP PRIMARY KEY', /COPY/],
    ['ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4', /COPY/],
    ['ALTER TABLE t ENGINE = InnoDB', /rebuild/],
    ['ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id)', /COPY/],
    ['ALTER TABLE t ADD COLUMN a INT, MODIFY b INT', /INSTANT[^]*COPY/],
  ];
  for (const [sql, expected] of cases) {
    test(sql, () => {
      assert.match(cost(sql), expected);
      assert.match(cost(sql), /waits for all open transactions/);
    });
  }

  test('older servers rebuild', () => {
    assert.match(cost('ALTER TABLE t ADD COLUMN a INT', '5.7.40'), /rebuild/);
    assert.match(cost('ALTER TABLE t ADD COLUMN a INT', '10.11.8-MariaDB'), /INSTANT/);
  });

  test('a chosen algorithm is told', () => {
    assert.match(cost('ALTER TABLE t ADD INDEX i (a), ALGORITHM=INPLACE, LOCK=NONE'), /specifies ALGORITHM or LOCK/);
  });
});
