import assert from 'node:assert/strict';
import { MCP_CLIENTS, vscodeEntry, VSCODE_KEY, type McpClient } from '../../../src/clients/mcpClients.ts';
import { mergeEntry } from '../../../src/clients/mergeEntry.ts';
import type { Merged } from '../../../src/clients/mergeRules.ts';

const client = (id: string): McpClient => MCP_CLIENTS.find((one) => one.id === id) ?? assert.fail(id);
const [ZED, CODEX] = [client('zed'), client('codex')];
const [NOW, OLD] = [vscodeEntry(ZED, '1.2.3', 'linux'), vscodeEntry(ZED, '1.0.0', 'linux')];
const OURS = JSON.stringify(OLD);
const SECRET = 'canary-of-the-person';

const change = (text: string, format: McpClient, entry: typeof NOW | undefined): Merged =>
  mergeEntry(text, format, VSCODE_KEY, entry) ?? assert.fail('nothing changes');

suite('merging an entry beside comments and settings of a person', () => {
  test('a removal takes out our entry with its comma, and no comment about another', () => {
    for (const [before, after] of [
      [
        `{\n  "context_servers": {\n    "mysql-pilot": ${OURS},\n    // other, mine\n    "other": {}\n  }\n}\n`,
        '{\n  "context_servers": {\n    // other, mine\n    "other": {}\n  }\n}\n',
      ],
      [
        `{\n  "context_servers": {\n    "other": {}, // of other, mine\n    "mysql-pilot": ${OURS}\n    // tail\n  }\n}\n`,
        '{\n  "context_servers": {\n    "other": {} // of other, mine\n    // tail\n  }\n}\n',
      ],
      [
        `{\r\n\t"context_servers": {\r\n\t\t"other": {} /* , */,\r\n\t\t"mysql-pilot": ${OURS}, // x\r\n\t},\r\n}`,
        '{\r\n\t"context_servers": {\r\n\t\t"other": {} /* , */,\r\n\t\t// x\r\n\t},\r\n}',
      ],
      [`{"context_servers": {"a": 1, "mysql-pilot": ${OURS}, "b": 2}}`, '{"context_servers": {"a": 1, "b": 2}}'],
      [`{"context_servers": {/* m */"mysql-pilot": ${OURS} /* n */}}`, '{"context_servers": {/* m */ /* n */}}'.replace('*/ /*', '*//*')],
    ] as const)
      assert.equal(change(before, ZED, undefined).text, after);
  });

  test('an update changes the version alone, with comments between the words of the command line', () => {
    for (const before of [
      `{"context_servers": {"mysql-pilot": {"command": "npx", /* c */ "args": ["-y", /* keep */ "mysql-pilot@1.0.0", "--vscode"], "env": {"A": "${SECRET}"}}}}`,
      `{\n  // a\n  "context_servers": {"mysql-pilot": {"args": ["-y", "mysql-pilot@1.0.0", // v\n "--vscode"], "command": "npx"}},\n}`,
    ]) {
      const { text, edits } = change(before, ZED, NOW);
      assert.equal(text, before.replace('1.0.0', '1.2.3'));
      assert.deepEqual(edits, [{ removed: '"mysql-pilot@1.0.0"', added: '"mysql-pilot@1.2.3"' }]);
    }
    for (const before of [
      `[mcp_servers.mysql-pilot]\n# note\ncommand = "npx" # mine\nargs = ["-y", "mysql-pilot@1.0.0", "--vscode"]\n  # more\nenv = { A = "${SECRET}" } # e\n# after\n[x]\na = 1\n`,
      `[mcp_servers."mysql-pilot"]\r\nargs = ['-y', 'mysql-pilot@1.0.0', '--vscode']\r\ncommand = 'npx'\r\n[mcp_servers.mysql-pilot.env]\r\nA = '${SECRET}'\r\n`,
    ]) {
      const { text, edits } = change(before, CODEX, vscodeEntry(CODEX, '1.2.3', 'linux'));
      assert.equal(text, before.replace('1.0.0', '1.2.3'));
      assert.ok(!JSON.stringify(edits).includes(SECRET));
    }
  });

  test('what is shown of a removal has no value of what somebody has added to our entry', () => {
    const added = { ...OLD, env: { TOKEN: SECRET }, headers: [SECRET] };
    const json = change(JSON.stringify({ context_servers: { 'mysql-pilot': added } }), ZED, undefined);
    const toml = change(
      `[mcp_servers.mysql-pilot]\ncommand = "npx"\nargs = ["-y", "mysql-pilot@1.0.0", "--vscode"]\nenv = { TOKEN = "${SECRET}" }\n`,
      CODEX,
      undefined,
    );
    for (const { edits } of [json, toml]) {
      assert.ok(!JSON.stringify(edits).includes(SECRET));
      assert.match(JSON.stringify(edits), /mysql-pilot@1\.0\.0.*env/);
    }
  });

  test('a comment behind the last entry stays with it', () => {
    const before = '{\n  "context_servers": {\n    "other": {} // mine, of other\n  }\n}\n';
    assert.match(change(before, ZED, NOW).text, /"other": \{\}, \/\/ mine, of other\n {4}"mysql-pilot": \{/);
  });
});
