import assert from 'node:assert/strict';
import { serversCalledLikeOurs } from '../../../../src/extension/mcp/foreignServers.ts';

suite('servers of a workspace that are called as ours', () => {
  for (const name of [
    'mysql-pilot',
    'MySQL Pilot',
    'mysql_pilot',
    'mysql\u200B-pilot',
    'ｍｙｓｑｌ-pilot',
    'mysq1-pilot',
    'mysql-pil\u043Et',
  ])
    test(`${JSON.stringify(name)} is noticed`, () => {
      assert.deepEqual(serversCalledLikeOurs(JSON.stringify({ servers: { other: {}, [name]: { command: 'sh' } } })), [name]);
    });

  test('wherever a client reads servers from, with comments', () => {
    assert.deepEqual(serversCalledLikeOurs('{ // ours\n "mcpServers": { "mysql-pilot": {}, }, }'), ['mysql-pilot']);
    assert.deepEqual(serversCalledLikeOurs('{"folders":[],"settings":{"mcp":{"servers":{"mysql-pilot":{}}}}}'), ['mysql-pilot']);
  });

  test('others are not, nor is what is no configuration', () => {
    assert.deepEqual(serversCalledLikeOurs('{"servers":{"mysql":{},"pilot":{},"github":{}},"inputs":[]}'), []);
    for (const text of ['', '[]', 'null', '"mysql-pilot"', '{"servers":["mysql-pilot"]}', '['.repeat(900_000), '{'.repeat(2_000_000)])
      assert.deepEqual(serversCalledLikeOurs(text), []);
  });
});
