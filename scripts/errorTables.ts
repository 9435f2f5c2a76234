import type { AdviceCode } from '../src/engine/advice.ts';
import { ERROR_CODES, PilotError, type ErrorCode, type ErrorDetails } from '../src/engine/errors.ts';
import { adviceForPerson } from '../src/extension/messages/adviceWords.ts';
import { describeForPerson } from '../src/extension/messages/describeForPerson.ts';
import type { Translate } from '../src/review/translate.ts';
import { ADVICE_CODES, adviceForAgent } from '../src/server/messages/adviceWords.ts';
import { describeError } from '../src/server/messages/describeForAgent.ts';

/** An error as it is met most, by code: what it means, its message, what it brings, and what it brings where the window makes it. */
const SAMPLES: Readonly<Record<ErrorCode, readonly [meaning: string, message: string, details: ErrorDetails, inWindow?: ErrorDetails]>> = {
  'url.invalid': ['The connection URL is malformed.', 'The URL has no user name.', { advice: 'host.url' }],
  'host.unreachable': [
    'No database server answers at the address.',
    "Can't reach db.example.com:3306 (ECONNREFUSED).",
    { advice: 'host.check' },
  ],
  'login.refused': [
    "The login failed: the server rejected the account or password, or MySQL Pilot didn't send the password over an unprotected connection.",
    "Access denied for user 'app'@'10.0.0.5' (using password: YES)",
    { advice: 'login.checkPassword', errno: 1045 },
  ],
  'database.unknown': ["The database doesn't exist.", "Unknown database 'store'", { advice: 'names.database', errno: 1049 }],
  'tls.failed': [
    "TLS couldn't be established, or the certificate isn't valid.",
    'TLS with db.example.com:3306 failed: certificate has expired',
    { advice: 'tls.checkCertificate' },
  ],
  'ssh.failed': ["The SSH tunnel couldn't be opened.", "bastion:22 didn't respond in time.", { advice: 'ssh.server' }],
  'ssh.hostKey': [
    'The host key of the SSH server is unknown or has changed.',
    "The host key of bastion (ssh-ed25519 SHA256:…) is unknown: it isn't in ~/.ssh/known_hosts.",
    { advice: 'ssh.unknownKey' },
  ],
  'connection.lost': [
    'The connection ended while it was in use.',
    'The connection to db.example.com:3306 was lost (ECONNRESET).',
    { advice: 'connection.tryAgain' },
  ],
  'session.lost': [
    'The session of an SQL file ended, and its state was lost.',
    'The session has ended. Lost with it: temporary tables. Nothing was run.',
    { advice: 'session.startNew' },
  ],
  'connection.unknown': [
    'No saved connection has this name.',
    'There is no connection "store".',
    { nextStep: 'Set `connection` to one of: shop, stock.' },
    { nextStep: 'Select another connection.' },
  ],
  'connection.limit': [
    'No session is free on the server or in the pool.',
    'All 4 sessions of this connection are busy.',
    { advice: 'connection.waitForSession' },
  ],
  'readOnly.notEnforced': [
    "The server doesn't enforce read-only sessions.",
    "The server behind db.example.com:3306 doesn't enforce read-only sessions (a write was accepted).",
    { advice: 'connection.direct' },
  ],
  'secret.missing': [
    'A password is needed and none is stored.',
    'The password of the connection "shop" isn\'t stored, and none was entered.',
    { nextStep: 'Ask the user to run the command "MySQL Pilot: Enter Password…". Then call again.' },
  ],
  'statement.refused': [
    "The statement contains something that isn't allowed.",
    'FOR UPDATE is not allowed (line 1, column 22). Nothing was run.',
    { advice: 'leaveOut.locking' },
  ],
  'statement.failed': [
    'The server reported an error for the statement.',
    "You have an error in your SQL syntax; … near 'FORM orders' at line 1",
    { advice: 'statement.syntax', errno: 1064 },
  ],
  'statement.canceled': ['The statement was canceled.', 'The statement was canceled.', { advice: 'statement.runAgain' }],
  'statement.timeout': [
    'The statement reached its time limit.',
    'The statement was canceled after 30 seconds.',
    { advice: 'statement.narrow' },
  ],
  'rate.limited': [
    'The configured rate of calls is exceeded.',
    'The limit of 60 calls per minute was reached. Nothing was run.',
    { nextStep: 'Call again in 5 seconds. You can send several statements in one call.' },
  ],
  'approval.denied': [
    "The user rejected the write, or couldn't be asked.",
    'The user rejected the write. Nothing was changed.',
    { nextStep: "Don't send the statement again. Ask the user what to change." },
  ],
  'approval.expired': [
    'The write request expired before anyone decided.',
    'The write request expired without a decision. Nothing was changed.',
    { nextStep: 'Ask the user whether the write is wanted, then call again.' },
  ],
  'write.changed': [
    'Rows or definitions differ from the preview.',
    'The rows that the statement affects differ from the preview. Nothing was changed.',
    { advice: 'write.changedMeanwhile' },
  ],
  'write.unknown': [
    'The connection was lost during COMMIT, so the outcome is unknown.',
    'The connection was lost while the server was committing.',
    { advice: 'write.look' },
  ],
  'object.unknown': [
    "The table, column, or routine doesn't exist.",
    "Table 'shop.order' doesn't exist",
    { advice: 'names.tables', errno: 1146 },
  ],
  'cursor.unknown': [
    'The rest of a truncated result is no longer stored.',
    'The cursor c1 is unknown or expired.',
    { advice: 'statement.cursorGone' },
  ],
  'input.invalid': [
    'An argument, a setting, or the SQL text is invalid.',
    "The string that starts with ' isn't closed (line 1, column 8). Nothing was run.",
    { advice: 'statement.correctText' },
  ],
  'file.failed': ["A file couldn't be read or written.", 'The disk is too full for the whole result.', { advice: 'export.makeRoom' }],
  'broker.unavailable': [
    'No VS Code window with the extension is open.',
    'No VS Code window runs the MySQL Pilot extension, so no connections are available.',
    { advice: 'broker.openWindow' },
  ],
  'broker.refused': [
    "The VS Code window and the MCP server don't match (version or token), or the discovery file isn't trusted.",
    'The VS Code window rejected this MCP server.',
    { advice: 'broker.reload' },
  ],
  internal: ['A defect in MySQL Pilot.', 'Unexpected end of data.', { advice: 'statement.report' }],
};

/** An error of each code with the words of both readers. */
export const describedErrors = (): readonly {
  readonly code: ErrorCode;
  readonly meaning: string;
  readonly agent: string;
  readonly person: string;
}[] =>
  ERROR_CODES.map((code) => {
    const [meaning, message, details, inWindow = details] = SAMPLES[code];
    const agent = describeError(new PilotError(code, message, details)).replaceAll(/(?<![.!?…:])\n/g, '.\n');
    return { code, meaning, agent, person: describeForPerson(new PilotError(code, message, inWindow), translate) };
  });

/** Each piece of advice in both wordings; people have none for what only an agent can do, or where the error's code or the server says it. */
export const describedAdvice = (): readonly { readonly code: AdviceCode; readonly agent: string; readonly person: string | undefined }[] =>
  ADVICE_CODES.map((code) => ({ code, agent: adviceForAgent([code, 'COUNT']), person: adviceForPerson([code, 'COUNT'], translate) }));

const translate: Translate = (text, ...values) => text.replaceAll(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('**', '\\*\\*').replaceAll('<', '&lt;');

export function errorTable(): string {
  const rows = describedErrors().map(
    ({ code, meaning, agent, person }) => `| \`${code}\` | ${cell(meaning)} | ${cell(agent)} | ${cell(person)} |`,
  );
  return ['| code | meaning | for an agent | for a person |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

export function adviceTable(): string {
  const rows = describedAdvice().map(({ code, agent, person }) => `| \`${code}\` | ${cell(agent)} | ${cell(person ?? '–')} |`);
  return ['| next step | for an agent | for a person |', '| --- | --- | --- |', ...rows].join('\n');
}
