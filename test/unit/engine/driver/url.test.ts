import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextStepOf } from '../../../../src/server/messages/describeForAgent.ts';
import { parseConnectionUrl, parsePastedUrl } from '../../../../src/engine/driver/url.ts';
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
          nextStepOf(error).includes('mysql://user') &&
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

suite('connection addresses that people paste', () => {
  const brief = (text: string): unknown[] => {
    const { target, password, ignored } = parsePastedUrl(text);
    const { host, port, user, database, tls } = target;
    return [`${user}@${host}:${String(port)}/${database ?? ''}`, password, tls, ...ignored];
  };

  for (const [text, ...expected] of [
    ['mysql://u:p@h/d?serverVersion=8.0&charset=utf8mb4', 'u@h:3306/d', 'p', 'preferred', 'serverVersion', 'charset'],
    ['jdbc:mysql://h:3307/d?user=u&password=p%40&useUnicode=true', 'u@h:3307/d', 'p@', 'preferred', 'useUnicode'],
    ['jdbc:mariadb://u@h/d', 'u@h:3306/d', undefined, 'preferred'],
    ['jdbc:mysql://h/d', '@h:3306/d', undefined, 'preferred'],
    ['mysql2://u:p@h/d?pool=5', 'u@h:3306/d', 'p', 'preferred', 'pool'],
    ['mariadb://u:p@h/d', 'u@h:3306/d', 'p', 'preferred'],
    ['mysql+pymysql://u:p@h/d?charset=utf8', 'u@h:3306/d', 'p', 'preferred', 'charset'],
    ['MYSQL://u:p@h', 'u@h:3306/', 'p', 'preferred'],
    ['DATABASE_URL="mysql://u:p@h/d"', 'u@h:3306/d', 'p', 'preferred'],
    ["export DB='mysql://u:p@h/d';", 'u@h:3306/d', 'p', 'preferred'],
    ['<mysql://u:p@h/d>', 'u@h:3306/d', 'p', 'preferred'],
    ['u:p@ss/w@tcp(h:3310)/d?parseTime=true', 'u@h:3310/d', 'p@ss/w', 'preferred', 'parseTime'],
    ['u:p@h:3308/d', 'u@h:3308/d', 'p', 'preferred'],
    ['mysql://u:p@ss@h/d', 'u@h:3306/d', 'p@ss', 'preferred'],
    ['jdbc:mysql://u:p@h/d?sslMode=VERIFY_IDENTITY&useSSL=true', 'u@h:3306/d', 'p', 'verify-identity'],
    ['mysql://u:p@h/d?sslmode=require', 'u@h:3306/d', 'p', 'required'],
    ['jdbc:mariadb://u:p@h/d?sslMode=verify-full', 'u@h:3306/d', 'p', 'verify-identity'],
    ['jdbc:mysql://u:p@h/d?useSSL=false', 'u@h:3306/d', 'p', 'preferred'],
    ['jdbc:mysql://u:p@h/d?useSSL=true&requireSSL=true&verifyServerCertificate=true', 'u@h:3306/d', 'p', 'verify-ca'],
    ['mysql://u:p@h/d?ssl={"rejectUnauthorized":true}', 'u@h:3306/d', 'p', 'verify-identity'],
    ['mysql://u:p@h/d?sslaccept=strict&connection_limit=5', 'u@h:3306/d', 'p', 'verify-identity', 'connection_limit'],
    ['mysql://u:p@h/d?ssl-ca=/etc/ca.pem', 'u@h:3306/d', 'p', 'verify-ca'],
    ['jdbc:mariadb://u:p@h/d?serverSslCert=/etc/ca.pem&useSSL=true', 'u@h:3306/d', 'p', 'required'],
    ['mysql://u:p@h/d?ssl_ca=ca.pem', 'u@h:3306/d', 'p', 'verify-ca'],
    ['mysql://u:p@h/d?sslrootcert=/etc/ca.pem&sslmode=verify-full', 'u@h:3306/d', 'p', 'verify-identity'],
    ['mysql://u:p@h/d?sslmode=require&ssl-ca=/etc/ca.pem', 'u@h:3306/d', 'p', 'required'],
  ] as const)
    test(`takes ${text}`, () => {
      assert.deepEqual(brief(text), expected);
    });

  test('keeps the files of TLS that it can find again', () => {
    const filesOf = (parameters: string): unknown => parsePastedUrl(`mysql://u@h/d?${parameters}`).target.tlsFiles;
    assert.deepEqual(filesOf('ssl-ca=/ca.pem&ssl-cert=/c.pem&ssl-key=/k.pem'), { ca: '/ca.pem', certificate: '/c.pem', key: '/k.pem' });
    assert.deepEqual(filesOf('sslca=%2Fca.pem'), { ca: '/ca.pem' });
    assert.equal(filesOf('ssl-ca=ca.pem&ssl-cert=/c.pem'), undefined);
  });

  for (const [text, message] of [
    ['mysql://u:hunter2@h:99999/d', /port/],
    ['mysql://u:hunter2@h:abc/d', /port/],
    ['mysql://u:hunter2@h:33o6', /port/],
    ['jdbc:mysql://h:0/d', /port/],
    ['mysql://u:hunter2@h:-1', /port/],
    ['mysql://u:hun/ter2@h/d', /percent-encoded/],
    ['mysql://u:hunter2@a,b/d', /several hosts/],
    ['mongodb+srv://h/d', /mysql:/],
    ['mysql://u:hunter2@h/d?sslmode=maybe', /ssl-mode/],
    ['hello', /isn't a connection URL/],
  ] as const)
    test(`says what is wrong with ${text}, and nothing of the password`, () => {
      assert.throws(
        () => parsePastedUrl(text),
        (error) => isPilotError(error, 'url.invalid') && message.test(error.message) && !/hun|ter2/.test(error.message),
      );
    });
});
