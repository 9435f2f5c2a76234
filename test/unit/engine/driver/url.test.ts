import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseConnectionUrl } from '../../../../src/engine/driver/url.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';

suite('connection URL', () => {
  test('reads every part', () => {
    assert.deepEqual(parseConnectionUrl(' mysql://us%40er:p%40ss%2Fw@db.example.com:3307/my%20db?ssl-mode=VERIFY_CA '), {
      target: { host: 'db.example.com', port: 3307, user: 'us@er', database: 'my db', tls: 'verify-ca' },
      password: 'p@ss/w',
    });
  });

  test('fills in port and TLS mode, and tells a missing password from an empty one', () => {
    assert.deepEqual(parseConnectionUrl('mariadb://root@[::1]'), {
      target: { host: '::1', port: 3306, user: 'root', tls: 'preferred' },
      password: undefined,
    });
    assert.equal(parseConnectionUrl('mysql://root:@localhost').password, '');
  });

  for (const text of [
    '',
    'localhost',
    'mysql://',
    'http://root@localhost',
    'mysql://localhost/db',
    'mysql://root:hunter2@localhost:99999',
    'mysql://root:hunter2@localhost:0',
    'mysql://root:hunter2@localhost/a/b',
    'mysql://root:hunter2@localhost?ssl-mode=off',
    'mysql://root:hunter2@localhost?sslmode=required',
    'mysql://root:hunter2%@localhost',
  ]) {
    test(`refuses ${JSON.stringify(text)}, says how to write it, and does not repeat the password`, () => {
      assert.throws(
        () => parseConnectionUrl(text),
        (error) =>
          isPilotError(error, 'url.invalid') &&
          error.nextStep.includes('mysql://user') &&
          !error.message.includes('hunter2') &&
          error.cause === undefined,
      );
    });
  }

  test('any user, password and database survive the way there and back (property)', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.isWellFormed() && text !== '.' && text !== '..');
    fc.assert(
      fc.property(
        part,
        fc.string({ unit: 'grapheme' }),
        part.filter((text) => !text.includes('/')),
        (user, password, database) => {
          const [u, p, d] = [user, password, database].map(encodeURIComponent);
          const parsed = parseConnectionUrl(`mysql://${String(u)}:${String(p)}@h/${String(d)}`);
          assert.deepEqual([parsed.target.user, parsed.password, parsed.target.database], [user, password, database]);
        },
      ),
    );
  });
});
