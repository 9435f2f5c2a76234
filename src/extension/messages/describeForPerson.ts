import { isUntrusted, toPilotError, type ErrorCode } from '../../engine/errors.ts';
import { visibleLine } from '../../engine/foreignText.ts';
import { cut } from '../../engine/text.ts';
import type { Translate } from '../../review/translate.ts';
import { adviceForPerson } from './adviceWords.ts';

/** A server says what is wrong in a sentence or two; a false one sends megabytes, which every view would draw. */
const MAX_MESSAGE = 4000;

/** What a person can do about an error, by its code. `own`: the step that the error brings, if a person can take it. */
const STEPS: Readonly<Record<ErrorCode, 'own' | ((t: Translate) => string)>> = {
  'url.invalid': 'own',
  'host.unreachable': 'own',
  'login.refused': 'own',
  'database.unknown': (t) => t('Check the spelling, or select another database.'),
  'tls.failed': 'own',
  'ssh.failed': 'own',
  'ssh.hostKey': 'own',
  'connection.lost': 'own',
  'session.lost': (t) => t('Run the statement again. You see what was lost before a new session starts.'),
  'connection.unknown': 'own',
  'connection.limit': 'own',
  'readOnly.notEnforced': 'own',
  'secret.missing': (t) => t('Run the command "MySQL Pilot: Enter Password…", then try again.'),
  'statement.refused': 'own',
  'statement.failed': 'own',
  'statement.canceled': 'own',
  'statement.timeout': 'own',
  'rate.limited': (t) => t('Wait a moment, then try again.'),
  'approval.denied': (t) => t('Ask the agent to send the request again if you still want the change.'),
  'approval.expired': (t) => t('Ask the agent to send the request again if you still want the change.'),
  'write.changed': 'own',
  'write.unknown': (t) => t('Before you run the statement again, check whether the change was made.'),
  'object.unknown': (t) => t('Check the spelling, and that the right database is selected.'),
  'cursor.unknown': (t) => t('Run the statement again.'),
  'input.invalid': 'own',
  'file.failed': 'own',
  'broker.unavailable': (t) => t('Reload the window, then try again.'),
  'broker.refused': (t) => t('Reload the window, then try again.'),
  internal: (t) => t('Try again. If it happens again, run the command "MySQL Pilot: Report Issue…".'),
};

/** An error in words for a person: what failed and why, then what to do. No code, no tool of agents. */
export function describeForPerson(error: unknown, t: Translate): string {
  const pilot = toPilotError(error);
  const { errno, message } = pilot;
  const whole = cut(message.trim(), MAX_MESSAGE);
  // The server's words stay on one line: none may look like a line of ours, where lines are shown.
  const said = isUntrusted(pilot) ? visibleLine(whole) : whole;
  const cause = errno === undefined ? said : t('MySQL error {0}: {1}', errno, said);
  const hint = pilot.evidence?.includes('\n') === true ? undefined : pilot.evidence;
  return [asSentence(cause), hint, nextStepForPerson(pilot, t)].filter((part) => part !== undefined && part !== '').join(' ');
}

/** Undefined where there is nothing that a person can do, or the server's own message says it. */
function nextStepForPerson(error: unknown, t: Translate): string | undefined {
  const { code, errno, advice, nextStep } = toPilotError(error);
  const step = STEPS[code];
  if (step !== 'own') return step(t);
  if (code === 'statement.failed' && errno !== undefined) return undefined;
  return advice === undefined ? nextStep?.trim() : adviceForPerson(advice, t);
}

function asSentence(text: string): string {
  return /[.!?…:]$/.test(text) || text === '' ? text : `${text}.`;
}
