import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AdviceCode } from '../../../../src/engine/advice.ts';
import { adviceForPerson } from '../../../../src/extension/messages/adviceWords.ts';
import { adviceForAgent } from '../../../../src/server/messages/adviceWords.ts';
import { describeError } from '../../../../src/server/messages/describeForAgent.ts';
import { fromDriverError } from '../../../../src/engine/driver/driverErrors.ts';
import { ERROR_CODES, PilotError, type ErrorCode } from '../../../../src/engine/errors.ts';
import { describeForPerson } from '../../../../src/extension/messages/describeForPerson.ts';
import { ROOT } from '../../../harness/root.ts';

const translate = (text: string, ...values: (string | number | boolean)[]): string =>
  text.replaceAll(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));
const describe = (error: unknown): string => describeForPerson(error, translate);
const TARGET = { host: 'db.example.com', port: 3306, user: 'app', tls: 'preferred' } as const;

const TOOLS = globSync('src/server/tools/mysql*.ts', { cwd: ROOT }).map((file) =>
  path.basename(file, '.ts').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
);

/** LANGUAGE rule 6: no code, no tool, no empty step, nothing twice. */
function assertForPeople(text: string): void {
  for (const code of ERROR_CODES) if (code.includes('.')) assert.ok(!text.includes(code), `${code} in ${text}`);
  for (const tool of TOOLS) assert.ok(!text.includes(tool), `${tool} in ${text}`);
  assert.doesNotMatch(text, /Next step|undefined|\[object|`|\n|\.\.(?!\.)| {2}/, text);
  assert.doesNotMatch(text, /^\s|\s$|^$/, text);
}

/** Every step that the sources give in words: what stands behind `nextStep:`, and the sentences of the tables of advice. */
function stepsOf(folder: string): string[] {
  return globSync(`src/${folder}/**/*.ts`, { cwd: ROOT }).flatMap((file) => {
    const code = readFileSync(path.join(ROOT, file), 'utf8');
    return [...code.matchAll(/(['"])([A-Z](?:(?!\1)[^\\\n]|\\.)+[.:])\1/g)].map(([, , text = '']) => text.replaceAll(/\\(['"])/g, '$1'));
  });
}

/** The window says it by the code of the error, MySQL's own message does, or no person comes there. */
const SAID_OTHERWISE =
  'columns.masked columns.pseudonym columns.view diagnose.recordStatements leaveOut.files names.onlyCorrect rights.columnMessages statement.correct statement.cursorGone statement.largeJoin statement.syntax write.innodb ' +
  'write.insertRows write.procedureBody write.restart write.returnPart write.tableBelow';

suite('errors in words for people', () => {
  const steps = stepsOf('extension');
  const advice = [...readFileSync(path.join(ROOT, 'src/server/messages/adviceWords.ts'), 'utf8').matchAll(/^ {2}'([\w.]+)':/gm)].map(
    ([, code = '']) => code as AdviceCode,
  );

  test('the words of a server stay on one line, so that none looks like one of ours', () => {
    const failed = new PilotError('statement.failed', 'PWNED\nConnection: development\u202E', { errno: 1644 });
    assert.equal(describe(failed), 'MySQL error 1644: PWNED↵Connection: development<U+202E>.');
    const driver = new PilotError('connection.lost', 'a\r\nApproved.', { untrusted: true });
    assert.ok(describe(driver).startsWith('a↵Approved.'), describe(driver));
  });

  test('every code, with every step of the sources, is without codes, tools and empty steps', () => {
    assert.ok(steps.length > 200 && advice.length > 200 && TOOLS.length >= 12, String(steps.length));
    for (const code of ERROR_CODES)
      for (const step of [...['', ' ', ...steps].map((nextStep) => ({ nextStep })), ...advice.map((one) => ({ advice: one }))]) {
        const text = describe(new PilotError(code, 'It failed', step));
        assertForPeople(text);
        assert.match(text, /^It failed\./);
      }
  });

  test('advice is left out for people only where an agent alone can follow it, or the code of the error or its server says what to do', () => {
    const forAgents = /\bmysql_(?!native_password\b|clear_password\b)\w+|`|\b(?:the user|agent|call|calls|send one|pass)\b/i;
    const left = advice.filter((one) => adviceForPerson(one, translate) === undefined && !one.startsWith('health.'));
    assert.deepEqual(left.filter((one) => !forAgents.test(adviceForAgent(one))).sort(), SAID_OTHERWISE.split(' '));
  });

  test('every error of a server is', () => {
    for (let errno = 1000; errno < 5000; errno++) {
      const error = Object.assign(new Error('Something of the server'), { code: 'ER_X', errno, sqlState: 'HY000' });
      const text = describe(fromDriverError(error, TARGET));
      assertForPeople(text);
      assert.match(text, new RegExp(`^MySQL error ${String(errno)}: Something of the server\\.`));
    }
  });

  test('every error of the driver is', () => {
    for (const code of [
      'ECONNREFUSED',
      'ENOTFOUND',
      'ETIMEDOUT',
      'ECONNRESET',
      'HANDSHAKE_NO_SSL_SUPPORT',
      'CERT_HAS_EXPIRED',
      'ENOENT',
      'X',
    ])
      assertForPeople(describe(fromDriverError(Object.assign(new Error('it broke'), { code }), TARGET)));
  });

  test('an error inside an error is told once', () => {
    const inner = new PilotError('statement.failed', "Data truncated for column 'e' at row 1", {
      advice: 'statement.correct',
      errno: 1265,
    });
    const outer = new PilotError('statement.failed', `Nothing was changed: ${describe(inner)}`, { nextStep: '', cause: inner });
    assert.equal(describe(outer), "Nothing was changed: MySQL error 1265: Data truncated for column 'e' at row 1.");
  });

  test('a hint about names stays, a drawing of a place does not', () => {
    const error = (evidence: string): PilotError =>
      new PilotError('object.unknown', "Table 'shop.ordrs' doesn't exist", {
        advice: 'names.tables',
        errno: 1146,
        evidence,
      });
    assert.equal(
      describe(error('Did you mean orders?')),
      "MySQL error 1146: Table 'shop.ordrs' doesn't exist. Did you mean orders? Check the spelling, and that the right database is selected.",
    );
    assert.ok(!describe(error('SELECT x FORM t\n         ^')).includes('FORM'));
  });

  test('agents still read codes and tools', () => {
    const error = new PilotError('object.unknown' satisfies ErrorCode, 'x', { advice: 'names.tables' });
    assert.match(describeError(error), /^object\.unknown: x\nNext step: List the tables of the database with mysql_describe\.$/);
  });
});
