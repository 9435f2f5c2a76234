import assert from 'node:assert/strict';
import { serversCalledLikeOurs } from '../../../../src/extension/mcp/foreignServers.ts';

suite('servers of a workspace that are called as ours', () => {
  for (const name of [
    'mysql-pilot',
    'MySQL Pilot',
    'mysql_pilot',
    'mysql\u200B-pilot',
    'mysql\n-pilot',
    'ｍｙｓｑｌ-pilot',
    'mysq1-pilot',
    ...['mysql-pil\u043Et', 'mysql-\u0440ilot', 'mysql-p\u0456lot', 'm\u0443sql-pilot', '\u03BCysql-pilot', 'mysql-\u03C1\u03B9l\u03BFt'],
  ])
    test(`${JSON.stringify(name)} is noticed`, () => {
      assert.deepEqual(serversCalledLikeOurs(JSON.stringify({ servers: { other: {}, [name]: { command: 'sh' } } })), [name]);
    });

  test('wherever a client reads servers from, with comments', () => {
    assert.deepEqual(serversCalledLikeOurs('{ // ours\n "mcpServers": { "mysql-pilot": {}, }, }'), ['mysql-pilot']);
    for (const file of [
      '{"folders":[],"settings":{"mcp":{"servers":{"mysql-pilot":{}}}}}',
      '{"folders":[],"settings":{"mcp.servers":{"mysql-pilot":{}}}}',
      '{"mcp":{"servers":{"mysql-pilot":{}}},"servers":7}',
      '{"mcp.servers":{"mysql-pilot":{}}}',
      // The very entry of ours: npx would start a package of the workspace.
      '{"mcpServers":{"mysql-pilot":{"type":"stdio","command":"npx","args":["-y","mysql-pilot@1.0.0","--vscode"]}}}',
      '{"customizations":{"vscode":{"mcp":{"servers":{"mysql-pilot":{}}}}}}',
      '{"customizations":{"vscode":{"settings":{"mcp.servers":{"mysql\\u002dpilot":{}}}}}}',
      `{"padding":"${'x'.repeat(1_000_000)}","servers":{"mysql-pilot":{}}}`,
    ])
      assert.deepEqual(serversCalledLikeOurs(file), ['mysql-pilot'], file.slice(0, 100));
  });

  test('others are not, nor is what is no configuration', () => {
    assert.deepEqual(serversCalledLikeOurs('{"servers":{"mysql":{},"pilot":{},"github":{}},"inputs":[]}'), []);
    for (const text of ['', '[]', 'null', '"mysql-pilot"', '{"servers":["mysql-pilot"]}', '{'.repeat(2_000_000)])
      assert.deepEqual(serversCalledLikeOurs(text), []);
  });

  test('what is nested deeper than a call stack is no answer', () => {
    assert.equal(serversCalledLikeOurs('['.repeat(900_000)), undefined);
  });
});
