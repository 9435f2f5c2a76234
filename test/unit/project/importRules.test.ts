import { ESLint } from 'eslint';
import assert from 'node:assert/strict';
import tseslint from 'typescript-eslint';
import { ROOT } from '../../harness/root.ts';

/** Lints `code` as if it stood in `file` and names the import rules that it breaks. */
async function brokenRules(eslint: ESLint, file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${ROOT}/${file}` });
  const rules = (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
  return rules.filter((rule) =>
    /restricted|default-export|cycle|own-sql|wordless|surfaces|type-imports|max-lines|complexity|eqeqeq/.test(rule),
  );
}

suite('import rules', function () {
  this.timeout(60_000);
  // None of these rules looks at types, which would cost a program of the whole project.
  const eslint = new ESLint({ cwd: ROOT, overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] });

  for (const [file, code] of [
    ['src/engine/errors.ts', "import { createMcpServer } from '../server/mcp/mcpServer.ts';\nvoid createMcpServer;"],
    ['src/engine/errors.ts', "import { BrokerClient } from '../broker/brokerClient.ts';\nvoid BrokerClient;"],
    ['src/engine/sql/script.ts', "import { PilotError } from '../errors.ts';\nvoid PilotError;"],
    ['src/engine/sql/script.ts', "import { checkRead } from '../guard/readPolicy.ts';\nvoid checkRead;"],
    ['src/engine/guard/readPolicy.ts', "import { Session } from '../driver/session.ts';\nvoid Session;"],
    ['src/engine/driver/session.ts', "import { parseReads } from '../query/authorization/parseReads.ts';\nvoid parseReads;"],
    ['src/engine/query/results/csv.ts', "import { listTables } from '../../schema/catalog.ts';\nvoid listTables;"],
    ['src/broker/contracts.ts', "import { ProfileStore } from '../extension/connections/profileStore.ts';\nvoid ProfileStore;"],
    ['src/engine/query/results/csv.ts', "import { Database } from '../../connection/database.ts';\nvoid Database;"],
    ['src/server/tools/tool.ts', "import { McpSession } from '../sessions/mcpSession.ts';\nvoid McpSession;"],
    ['src/server/writes/approver.ts', "import { ToolCalls } from '../calls/toolCalls.ts';\nvoid ToolCalls;"],
    ['src/server/main.ts', "import { ProfileStore } from '../extension/connections/profileStore.ts';\nvoid ProfileStore;"],
    ['src/review/reviewModel.ts', "import { ProfileStore } from '../extension/connections/profileStore.ts';\nvoid ProfileStore;"],
    ['src/review/reviewModel.ts', "import { ToolCalls } from '../server/calls/toolCalls.ts';\nvoid ToolCalls;"],
    ['src/engine/errors.ts', "import { typeName } from '../review/typeName.ts';\nvoid typeName;"],
    ['src/server/main.ts', "import { element } from '../webview/dom.ts';\nvoid element;"],
    ['src/extension/extension.ts', "import { createMcpServer } from '../server/mcp/mcpServer.ts';\nvoid createMcpServer;"],
    ['src/server/main.ts', "import * as vscode from 'vscode';\nvoid vscode;"],
    ['src/engine/query/results/csv.ts', "import { createConnection } from 'mysql2';\nvoid createConnection;"],
    ['src/webview/results/main.ts', "document.body.textContent = 'a';"],
    ['src/engine/driver/tls.ts', "import { readFile } from 'node:fs/promises';\nvoid readFile;"],
    ['src/engine/driver/ssh/sshLogin.ts', "import { readFileSync } from 'node:fs';\nvoid readFileSync;"],
    ['src/extension/import/search.ts', "import { readFile } from 'node:fs/promises';\nvoid readFile;"],
    ['src/engine/driver/session.ts', "import { createQuery } from 'mysql2';\nvoid createQuery;"],
    [
      'src/engine/driver/tls.ts',
      'export const streamOf = (connection: object): unknown => (connection as unknown as { stream: unknown }).stream;',
    ],
    ['src/extension/extension.ts', "import { Server } from '@modelcontextprotocol/server';\nvoid Server;"],
    ['src/engine/errors.ts', "import { ROOT } from '../../test/harness/root.ts';\nvoid ROOT;"],
    ['src/engine/errors.ts', 'export default 1;'],
    ['src/extension/results/status.ts', "import * as vscode from 'vscode';\nvoid vscode.window.showErrorMessage('x');"],
    ['src/extension/results/status.ts', "import * as vscode from 'vscode';\nvoid new vscode.MarkdownString('x');"],
    ['src/engine/query/results/csv.ts', 'export const s = (n: string): string => `SELECT * FROM ${n}`;'],
    ['src/engine/driver/session.ts', "export const s = (n: string): string => 'SET SESSION x = ' + n;"],
    ['src/extension/results/status.ts', 'export const s = (n: string): string => `(${n}) LIMIT ${n}`;'],
    ['src/engine/query/reads/stop.ts', "export const s = 'ask again with mysql_query';"],
    ['src/engine/query/reads/stop.ts', 'export const s = \'the command "MySQL Pilot: Add Connection"\';'],
    ['src/engine/guard/hints.ts', "export const s = 'Leave the hint out.';"],
    ['src/engine/driver/tls.ts', 'export const s = (n: string): string => `Set it to ${n}, then try again.`;'],
    ['src/engine/query/results/csv.ts', "export const s = { nextStep: 'later' };"],
    ['src/broker/contracts.ts', "export const s = 'Reload the window.';"],
    ['src/extension/results/status.ts', "import * as vscode from 'vscode';\nvoid vscode.workspace.getConfiguration('mysqlPilot');"],
    ['src/engine/text.ts', "import { quoteIdentifier } from './sql/identifiers.ts';\nvoid quoteIdentifier;"],
    ['src/engine/policy/tableRules.ts', "import { checkRead } from '../guard/readPolicy.ts';\nvoid checkRead;"],
    ['src/engine/lineage/column.ts', "import { Session } from '../driver/session.ts';\nvoid Session;"],
    ['src/engine/observability/health.ts', "import { listTables } from '../schema/catalog.ts';\nvoid listTables;"],
    ['src/engine/schema/catalog.ts', "import { diagnose } from '../diagnostics/diagnose.ts';\nvoid diagnose;"],
    ['src/engine/schema/catalog.ts', "import { judgeAlter } from '../ddl/judgeAlter.ts';\nvoid judgeAlter;"],
    ['src/engine/diagnostics/diagnose.ts', "import { Writer } from '../writes/writer.ts';\nvoid Writer;"],
    ['src/engine/ddl/ways.ts', "import { Writer } from '../writes/writer.ts';\nvoid Writer;"],
    ['src/clients/mergeEntry.ts', "import { PilotError } from '../engine/errors.ts';\nvoid PilotError;"],
    ['src/server/tools/tool.ts', "import { ToolCalls } from '../calls/toolCalls.ts';\nvoid ToolCalls;"],
    ['src/server/receipts/receiptBook.ts', "import { McpSession } from '../sessions/mcpSession.ts';\nvoid McpSession;"],
    ['src/server/approvalPage/pageServer.ts', "import { ToolCalls } from '../calls/toolCalls.ts';\nvoid ToolCalls;"],
    ['src/extension/ui/dialogs.ts', "import { errorText } from '../messages/errorText.ts';\nvoid errorText;"],
    ['src/extension/extension.ts', "import { element } from '../webview/dom.ts';\nvoid element;"],
    ['src/webview/dom.ts', "import { PilotError } from '../engine/errors.ts';\nvoid PilotError;"],
    ['src/engine/query/results/csv.ts', "import { Client } from 'ssh2';\nvoid Client;"],
    [
      'src/broker/brokerLink.ts',
      'declare const log: { warn(text: string): void };\nexport const s = (error: Error): void => { log.warn(error.message); };',
    ],
    [
      'src/extension/results/status.ts',
      'declare const log: { warn(text: string): void };\nexport const s = (error: Error): void => { log.warn(String(error)); };',
    ],
    ['src/engine/errors.ts', "import { foldName } from './text.ts';\nexport type T = typeof foldName;"],
    ['src/engine/errors.ts', 'export const s = (n: number): boolean => n == 1;'],
    ['src/engine/errors.ts', `export function s(n: number): number {\n${'  if (n > 1) n--;\n'.repeat(25)}  return n;\n}`],
    ['src/engine/errors.ts', `// 301 lines\n${'void 0;\n'.repeat(301)}`],
  ] as const) {
    test(`${file} may not: ${code.split('\n')[0] ?? ''}`, async () => {
      assert.notDeepEqual(await brokenRules(eslint, file, code), []);
    });
  }

  for (const [file, code] of [
    ['src/engine/guard/readPolicy.ts', "import type { Token } from '../sql/lexer/tokens.ts';\nexport type T = Token;"],
    ['src/server/main.ts', "import { BrokerClient } from '../broker/brokerClient.ts';\nvoid BrokerClient;"],
    ['src/extension/extension.ts', "import * as vscode from 'vscode';\nvoid vscode;"],
    ['src/engine/driver/session.ts', "import { createConnection } from 'mysql2';\nvoid createConnection;"],
    [
      'src/engine/query/results/csv.ts',
      "import { integer, sql } from '../sql/ownSql.ts';\nexport const s = (n: number): string => sql`SELECT ${integer(n)}`;",
    ],
    ['src/engine/query/results/csv.ts', 'export const s = (n: string): string => `Nothing was read from ${n}.`;'],
    ['src/engine/query/results/csv.ts', "export const s = { advice: 'statement.narrow', plugin: 'mysql_native_password' };"],
    ['src/server/limits/limits.ts', "export const s = 'Leave it out, or ask with mysql_query.';"],
  ] as const) {
    test(`${file} may: ${code.split('\n')[0] ?? ''}`, async () => {
      assert.deepEqual(await brokenRules(eslint, file, code), []);
    });
  }
});
