import assert from 'node:assert/strict';
import { userOf } from '../../../src/server/approvalPage/peerUser.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, remote: string, user: number): string =>
  `   0: ${local} ${remote} 01 00000000:00000000 00:00000000 00000000 ${String(user).padStart(5)}        0 4711 1 0000000000000000 20 4 30 10 -1`;
const TABLE = [
  HEAD,
  line('0100007F:1F90', '0100007F:C350', 0),
  line('0100007F:C350', '0100007F:1F90', 1000),
  line('0200007F:C351', '0100007F:1F90', 1001),
].join('\n');

suite('user of the other end of a connection', () => {
  test('is that of the line with both ports, in this order', () => {
    assert.equal(userOf(TABLE, 50_000, 8080), 1000);
    assert.equal(userOf(TABLE, 8080, 50_000), 0);
  });

  test('is unknown for another port, another address, and a table that cannot be read', () => {
    assert.equal(userOf(TABLE, 50_000, 8081), undefined);
    assert.equal(userOf(TABLE, 50_001, 8080), undefined);
    assert.equal(userOf('', 50_000, 8080), undefined);
  });

  test('is not root for an end that was closed, or that is no longer there', () => {
    const closed = line('0100007F:C350', '0100007F:1F90', 0).replace(' 4711 ', ' 0 ');
    assert.equal(userOf(`${HEAD}\n${closed}`, 50_000, 8080), -1);
    assert.equal(userOf(`${HEAD}\n${line('0100007F:1F90', '0100007F:C350', 1000)}`, 50_000, 8080), -1);
  });
});
