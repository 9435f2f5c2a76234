import assert from 'node:assert/strict';
import { isLoopback } from '../../../../src/engine/driver/transport.ts';

suite('transport', () => {
  test('tells addresses of this machine from those that merely look so', () => {
    for (const host of ['localhost', 'LOCALHOST', 'db.localhost', '127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
      assert.equal(isLoopback(host), true, host);
    for (const host of [
      '127.0.0.1.example.org',
      'localhost.example.org',
      'notlocalhost',
      '0.0.0.0',
      '10.0.0.1',
      '127.example.org',
      '::2',
      '',
    ])
      assert.equal(isLoopback(host), false, host);
  });
});
