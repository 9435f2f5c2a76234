import { completionContext, typedQuotedName } from '../../../src/engine/sql/completionContext.ts';
import { PLAIN_MODES, type Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { formatStatement } from '../../../src/engine/sql/formatStatement.ts';
import { markAsCode } from '../../../src/engine/sql/lexer/rules.ts';
import { toPositional } from '../../../src/engine/sql/namedParameters.ts';
import { normalize } from '../../../src/engine/sql/normalize.ts';
import { bindParameters } from '../../../src/engine/sql/parameters.ts';
import { interpretStatements, tokenizeForAny } from '../../../src/engine/sql/lexer/interpretations.ts';
import { splitScript, statementAt } from '../../../src/engine/sql/script.ts';
import { ModeTracker } from '../../../src/engine/sql/sqlMode.ts';
import { NEWEST_MYSQL } from '../../../src/engine/sql/lexer/dialect.ts';
import { quoteIdentifier } from '../../../src/engine/sql/identifiers.ts';
import { locate } from '../../../src/engine/diagnostics/checkStatements.ts';
import { readColumnUse } from '../../../src/engine/diagnostics/columnUse.ts';
import { findInTree, readPlanTree } from '../../../src/engine/diagnostics/planTree.ts';
import { fromDriverError } from '../../../src/engine/driver/driverErrors.ts';
import { parseServerInfo, describeServer } from '../../../src/engine/driver/serverInfo.ts';
import { isLoopback } from '../../../src/engine/driver/transport.ts';
import { parseConnectionUrl, parsePastedUrl } from '../../../src/engine/driver/url.ts';
import { hideCredentials } from '../../../src/engine/policy/credentials.ts';
import { findInjectionSigns } from '../../../src/engine/policy/injectionSigns.ts';
import { findHazards, needsDatabase } from '../../../src/engine/policy/hazards.ts';
import { usedDatabase } from '../../../src/engine/sql/usedDatabase.ts';
import { classifyUserStatement } from '../../../src/engine/guard/userStatementPolicy.ts';
import { findExcessPrivileges, hasPrivilege } from '../../../src/engine/policy/privileges.ts';
import { parseReads } from '../../../src/engine/query/authorization/parseReads.ts';
import { namesIn } from '../../../src/engine/guard/namesInTree.ts';
import { checkFunctionBody } from '../../../src/engine/guard/functionBody.ts';
import { parseRoutineBody, parseStatements } from '../../../src/engine/sql/parser/parse.ts';
import { judgeByFilter } from '../../../src/engine/policy/statementFilter.ts';
import { fitCheck } from '../../../src/engine/writes/fittingValue.ts';
import { parseWrites } from '../../../src/engine/writes/parseWrites.ts';
import { parseDefinition, plainName, shortenType } from '../../../src/engine/schema/definition.ts';
import { wordsOf } from '../../../src/engine/schema/words.ts';
import { csvCell } from '../../../src/engine/query/results/csv.ts';
import { formatResult } from '../../../src/engine/query/results/formats.ts';
import { sqlLiteral } from '../../../src/engine/query/results/sqlLiteral.ts';
import { cutLine } from '../../../src/engine/text.ts';
import { findJsonProblem } from '../../../src/server/config/jsonText.ts';
import { createDataBoundary } from '../../../src/server/messages/dataBoundary.ts';
import { parseAddress } from '../../../src/engine/driver/ssh/sshAddress.ts';
import type { AuditCall } from '../../../src/extension/audit/auditCalls.ts';
import { auditRows } from '../../../src/extension/audit/auditTable.ts';
import { planRows } from '../../../src/extension/plan/planRows.ts';
import { readComposeFile } from '../../../src/extension/import/composeFile.ts';
import { readDevContainer } from '../../../src/extension/import/devContainer.ts';
import { readEnvFile } from '../../../src/extension/import/envFile.ts';
import { readJsonFile } from '../../../src/extension/import/jsonFile.ts';
import { readOptionFile } from '../../../src/extension/import/myCnf.ts';
import { readWorkbench } from '../../../src/extension/import/mysqlWorkbench.ts';
import { readSqlTools } from '../../../src/extension/import/sqlTools.ts';

/** A function that is given a text by an agent, a server or a file. */
export interface Entry {
  readonly name: string;
  /** What it does with a text; throwing is an answer, too. */
  readonly run: (text: string) => unknown;
}

const PLAN_WORDS = { wrongEstimate: '', more: String };
const CALL: AuditCall = {
  ...{ time: '2026-11-28T09:00:00Z', session: '1', call: 1, tool: 'mysql_query', outcome: 'succeeded' },
  ...{ agent: undefined, connection: undefined, target: undefined, decision: undefined, error: undefined, rows: undefined, sql: undefined },
  ...{ milliseconds: undefined, undoes: undefined, place: { file: 'f', line: 0 } },
};
const TARGET = { host: 'db', port: 3306, user: 'u', tls: 'preferred' } as const;
const CONTEXT = { dialect: { flavor: 'mysql', version: 90704, ...PLAIN_MODES }, database: 'a' } as const;
const TEXT = { type: 253, name: 'a' };
const result = (cell: string) => ({ columns: [TEXT], rows: [[cell]] }) as unknown as Parameters<typeof formatResult>[0];
const DIALECTS: readonly Dialect[] = [
  { flavor: 'mysql', version: 90704, ...PLAIN_MODES },
  { flavor: 'mariadb', version: 101118, ...PLAIN_MODES },
];
const tokensOf = (text: string) => tokenizeForAny(text, { readMark: markAsCode });

export const ENTRIES: readonly Entry[] = [
  { name: 'tokenize', run: tokensOf },
  { name: 'interpretStatements', run: interpretStatements },
  { name: 'splitScript', run: (text) => statementAt(splitScript(text), text.length >> 1, text) },
  { name: 'splitScript, in a body', run: (text) => splitScript(`CREATE PROCEDURE p() BEGIN ${text}`) },
  { name: 'splitScript, with a delimiter', run: (text) => splitScript(`DELIMITER //\n${text}`) },
  {
    name: 'ModeTracker',
    run: (text) => {
      new ModeTracker(NEWEST_MYSQL).run(`SET sql_mode = ${text}`);
    },
  },
  { name: 'typedQuotedName', run: (text) => typedQuotedName(text, text.length) },
  { name: 'normalize', run: normalize },
  { name: 'completionContext', run: (text) => [completionContext(text, text.length), completionContext(text, text.length >> 1)] },
  { name: 'formatStatement', run: formatStatement },
  { name: 'toPositional', run: toPositional },
  { name: 'bindParameters, the text', run: (text) => bindParameters(text, []) },
  { name: 'bindParameters, a value', run: (text) => bindParameters('SELECT ?', [text]) },
  { name: 'findInjectionSigns, the text', run: (text) => findInjectionSigns(text) },
  { name: 'findInjectionSigns, a value', run: (text) => findInjectionSigns('SELECT ?', [text]) },
  { name: 'parseReads', run: (text) => parseReads(text, CONTEXT) },
  { name: 'parseReads, behind EXPLAIN', run: (text) => parseReads(`EXPLAIN ${text}`, CONTEXT) },
  { name: 'parseReads, behind SHOW', run: (text) => parseReads(`SHOW TABLES WHERE ${text}`, CONTEXT) },
  { name: 'namesIn', run: (text) => parseStatements(text, CONTEXT.dialect).map(namesIn) },
  {
    name: 'checkFunctionBody',
    run: (text) => checkFunctionBody(parseRoutineBody(`BEGIN ${text}; RETURN 1; END`, CONTEXT.dialect), [], CONTEXT),
  },
  { name: 'parseWrites', run: (text) => parseWrites(text, CONTEXT) },
  { name: 'parseWrites, CREATE', run: (text) => parseWrites(`CREATE TABLE t (${text})`, CONTEXT) },
  { name: 'parseWrites, UPDATE', run: (text) => parseWrites(`UPDATE t SET a = ${text}`, CONTEXT) },
  { name: 'parseWrites, GRANT', run: (text) => parseWrites(`GRANT ${text}`, CONTEXT) },
  { name: 'classifyUserStatement', run: (text) => [classifyUserStatement(text), usedDatabase(text)] },
  { name: 'findHazards', run: (text) => findHazards(text, DIALECTS) },
  { name: 'findHazards, of a condition', run: (text) => findHazards(`DELETE FROM t WHERE ${text}`, DIALECTS) },
  { name: 'needsDatabase', run: (text) => needsDatabase(text, DIALECTS) },
  { name: 'judgeByFilter', run: (text) => judgeByFilter(text, { mode: 'combined', deny: [/DROP/], allow: [/SELECT/] }) },
  { name: 'hideCredentials', run: hideCredentials },
  { name: 'findExcessPrivileges', run: (text) => findExcessPrivileges([text, `GRANT ${text} ON`, `GRANT SELECT ON *.* TO ${text}`]) },
  { name: 'locate, the statement', run: (text) => locate(text, "Unknown column 'zz' in 'field list'") },
  { name: 'locate, the message', run: (text) => locate('SELECT 1', text) },
  { name: 'readColumnUse', run: readColumnUse },
  { name: 'findInTree', run: findInTree },
  { name: 'readPlanTree', run: readPlanTree },
  { name: 'readPlanTree, a step', run: (text) => readPlanTree(`-> Filter: (a = '${text}')  (cost=1 rows=1)`) },
  { name: 'findInTree, what was measured', run: (text) => findInTree(`-> a  (cost=1 rows=1) (actual time=${text}`) },
  { name: 'planRows', run: (text) => planRows({ tree: `-> a\n${text.replaceAll(' ', '\n-> ')}`, steps: [], findings: [] }, PLAN_WORDS) },
  {
    name: 'fitCheck',
    run: (text) => ['INT', 'DECIMAL(10,2)', 'FLOAT', 'DATETIME', "SET('a')"].map((type) => fitCheck(type, CONTEXT.dialect)(text)),
  },
  {
    name: 'hasPrivilege',
    run: (text) => hasPrivilege([`GRANT SELECT ON \`${text}\`.* TO a`], 'SELECT', { database: 'a'.repeat(64), name: 'a' }),
  },
  { name: 'auditRows', run: (text) => auditRows([{ ...CALL, sql: text }], (words) => words) },
  { name: 'parseDefinition', run: (text) => [parseDefinition(text), plainName(text), shortenType(text)] },
  { name: 'wordsOf', run: wordsOf },
  { name: 'csvCell', run: csvCell },
  { name: 'formatResult', run: (text) => (['csv', 'json', 'markdown'] as const).map((format) => formatResult(result(text), format)) },
  { name: 'sqlLiteral', run: (text) => sqlLiteral(text, undefined) },
  { name: 'cutLine', run: (text) => cutLine(text, 100) },
  { name: 'createDataBoundary', run: (text) => createDataBoundary()(text) },
  { name: 'quoteIdentifier', run: quoteIdentifier },
  { name: 'parseConnectionUrl', run: parseConnectionUrl },
  { name: 'findJsonProblem', run: findJsonProblem },
  { name: 'parsePastedUrl', run: parsePastedUrl },
  { name: 'parsePastedUrl, behind a scheme', run: (text) => parsePastedUrl(`mysql://${text}`) },
  { name: 'parseServerInfo', run: (text) => describeServer(parseServerInfo(text)) },
  { name: 'fromDriverError', run: (text) => fromDriverError(Object.assign(new Error(text), { code: 'X' }), TARGET) },
  { name: 'isLoopback', run: isLoopback },
  { name: 'parseAddress', run: parseAddress },
  { name: 'readComposeFile', run: (text) => readComposeFile(text, 'f', { variables: { A: 'a' }, inside: true }) },
  { name: 'readDevContainer', run: (text) => readDevContainer(text, 'f') },
  { name: 'readEnvFile', run: (text) => [readEnvFile(text, 'f'), readEnvFile(`DATABASE_URL="mysql://${text}"`, 'f')] },
  { name: 'readJsonFile', run: (text) => readJsonFile(text, 'f') },
  { name: 'readOptionFile', run: (text) => readOptionFile(text, 'f') },
  { name: 'readWorkbench', run: (text) => readWorkbench(text, 'f') },
  { name: 'readSqlTools', run: (text) => readSqlTools([{ driver: 'MySQL', server: text, username: 'u', connectString: text }], 'f') },
];

/** Milliseconds for one text. */
export function timeOf({ run }: Entry, text: string): number {
  const started = performance.now();
  try {
    run(text);
  } catch {
    // a refusal is an answer
  }
  return performance.now() - started;
}
