import type { Plan, Validation } from '../../engine/diagnostics/explain.ts';
import { describeStep } from '../../engine/diagnostics/planFindings.ts';
import { describeBlockedStatements } from '../../engine/query/reads/lockWaitMonitor.ts';
import { formatResult, type Format } from '../../engine/query/results/formats.ts';
import type { ReplicaLag } from '../../engine/query/reads/replicaWatch.ts';
import type { ResultSet } from '../../engine/query/results/resultSet.ts';
import type { Mark } from '../messages/dataBoundary.ts';
import { inEnglish } from '../../engine/phrase.ts';

/** Warnings that are told; of the same kind there may be one for each row. */
const MAX_WARNINGS = 3;

/** Where nobody says at how many characters long cells are cut. */
export const DEFAULT_CELL = 5000;

/** One result after the other, each with what there is to know about it. */
export function answerText(results: readonly ResultSet[], format: Format, maxCharacters: number, untrusted: Mark): string {
  const texts = results.map((result, i) => {
    const number = results.length === 1 ? '' : `#${String(i + 1)} `;
    return `${number}${untrusted(formatResult(result, format), Infinity)}\n${footer(result, maxCharacters, untrusted)}`;
  });
  return texts.join('\n\n');
}

/** What a reader must know about a result: how much of it this is, and what the server remarked. */
function footer(result: ResultSet, maxCharacters: number, untrusted: Mark): string {
  const { blockedStatements, moment, ageMs } = result;
  const lines = [count(result, maxCharacters)];
  if (ageMs !== undefined) lines.push(`From the cache, ${(ageMs / 1000).toFixed(ageMs < 10_000 ? 1 : 0)} s old.`);
  if (moment === 'rerun') lines.push('The statement was run again. Rows or their order may have changed since the last page.');
  if (moment === 'later') lines.push('Read after the previous result was truncated, so not from the same snapshot.');
  const warnings = warningTexts(result);
  if (warnings.length > 0) lines.push(`WARNING: ${untrusted(warnings.join('\n'))}`);
  if (blockedStatements.length > 0) lines.push(`WARNING: ${untrusted(describeBlockedStatements(blockedStatements))}`);
  return lines.join('\n');
}

/** What an answer from a replica has to say about its age. */
export function replicaText(lag: ReplicaLag | undefined): string[] {
  if (lag === undefined) return [];
  if (lag.seconds === undefined) return ['WARNING: replication is stopped on this replica: its rows may be stale.'];
  return [`This is a replica, ${String(lag.seconds)} s behind.`];
}

export function validationText({ verb, isPrepared, steps, findings }: Validation, index: number, total: number, untrusted: Mark): string {
  const label = total === 1 ? '' : `statement ${String(index + 1)}: `;
  if (isPrepared === true) return `${label}VALID, without a plan; it was not run.`;
  if (steps === undefined) return `${label}VALID in syntax; it was not run. ${verb} has no plan, and its names were not looked up.`;
  return `${label}VALID; it was not run.\n${untrusted([...steps.map(describeStep), ...findings.map((finding) => `- ${inEnglish(finding)}`)].join('\n'))}`;
}

export function planText({ steps, tree, findings }: Plan, untrusted: Mark): string {
  const parts = [
    findings.length === 0 ? 'No issues found.' : findings.map((finding) => `- ${inEnglish(finding)}`).join('\n'),
    steps.map(describeStep).join('\n'),
    ...(tree === undefined ? [] : [tree]),
  ];
  return untrusted(parts.join('\n\n'));
}

function count({ rows, cutBy, cutCells, rest }: ResultSet, maxCharacters: number): string {
  const cells =
    cutCells === 0 ? '' : `; ${String(cutCells)} long cell${cutCells === 1 ? '' : 's'} CUT: raise maxCellCharacters, or use SUBSTRING`;
  const total = `${String(rows.length)} row${rows.length === 1 ? '' : 's'}${cells}`;
  if (cutBy === undefined && rest === undefined) return `(${total})`;
  const limit = cutBy === 'size' ? `the limit of ${String(maxCharacters)} characters` : 'the row limit';
  const left = rest === undefined ? 'there are more' : `${rest.known ? '' : 'at least '}${String(Math.max(1, rest.rows))} more`;
  const goOn = rest === undefined ? ' A' : ` Go on with {"cursor": "${rest.cursor}"}, or better a`;
  return `(${total}, TRUNCATED by ${limit}: ${left}.${goOn}ggregate, narrow with WHERE, or select fewer columns.)`;
}

/** Each message once; notes are of no use here. */
function warningTexts({ warnings }: ResultSet): string[] {
  const messages = [
    ...new Set(warnings.filter(({ level }) => level !== 'Note').map(({ errno, message }) => `${String(errno)} ${message}`)),
  ];
  const more = messages.length - MAX_WARNINGS;
  return more > 0 ? [...messages.slice(0, MAX_WARNINGS), `… and ${String(more)} more kinds`] : messages;
}
