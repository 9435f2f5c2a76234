import assert from 'node:assert/strict';
import { describeError, nextStepOf } from '../../../../src/server/messages/describeForAgent.ts';
import { fromDriverError } from '../../../../src/engine/driver/driverErrors.ts';
import { fromErrorDto, toErrorDto } from '../../../../src/engine/errors.ts';

const target = { host: 'db', port: 3306, user: 'app', database: 'shop', tls: 'preferred' } as const;
const driverError = (fields: object, message = 'said the server'): Error => Object.assign(new Error(message), fields);

suite('driver errors', () => {
  for (const [fields, code] of [
    [{ code: 'ECONNREFUSED', errno: -111 }, 'host.unreachable'],
    [{ code: 'ENOTFOUND' }, 'host.unreachable'],
    [{ code: 'ETIMEDOUT' }, 'host.unreachable'],
    [{ code: 'ER_ACCESS_DENIED_ERROR', errno: 1045, sqlState: '28000' }, 'login.refused'],
    [{ code: 'ER_BAD_DB_ERROR', errno: 1049, sqlState: '42000' }, 'database.unknown'],
    [{ code: 'HANDSHAKE_NO_SSL_SUPPORT' }, 'tls.failed'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls.failed'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'tls.failed'],
    [{ code: 'PROTOCOL_CONNECTION_LOST' }, 'connection.lost'],
    [{ code: 'ER_NO_SUCH_TABLE', errno: 1146, sqlState: '42S02' }, 'object.unknown'],
    [{ code: 'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION', errno: 1792, sqlState: '25006' }, 'statement.refused'],
    [{ code: 'ER_DIVISION_BY_ZERO', errno: 1365, sqlState: '22012' }, 'statement.failed'],
    [{}, 'internal'],
  ] as const) {
    test(`${JSON.stringify(fields)} is ${code}, with cause and next step`, () => {
      const original = driverError(fields);
      const error = fromDriverError(original, target);
      assert.equal(error.code, code);
      assert.equal(error.cause, original);
      assert.ok(nextStepOf(error).length > 10);
      assert.equal(error.errno, 'sqlState' in fields ? fields.errno : undefined);
    });
  }

  test('an error crosses a process border whole, without stack and cause', () => {
    const error = fromDriverError(
      driverError({ code: 'ER_NO_SUCH_TABLE', errno: 1146, sqlState: '42S02' }, "Table 'x' doesn't exist"),
      target,
    );
    const dto = JSON.parse(JSON.stringify(toErrorDto(error))) as ReturnType<typeof toErrorDto>;
    assert.deepEqual(Object.keys(dto).sort(), ['advice', 'code', 'errno', 'message', 'sqlState']);
    assert.equal(describeError(fromErrorDto(dto)), describeError(error));
    assert.match(describeError(error), /^object\.unknown \(MySQL error 1146\): Table 'x' doesn't exist\nNext step: /);
  });

  test('a server that breaks off during the TLS handshake is lost, not misconfigured', () => {
    const message = '4F:error:0A000092:SSL routines:tls_validate_record_header:data length too long:ssl/record/methods/tlsany_meth.c:121:';
    for (const text of [message, 'read ECONNRESET']) {
      assert.equal(fromDriverError(driverError({ code: 'HANDSHAKE_SSL_ERROR' }, text), target).code, 'connection.lost');
    }
  });
});
