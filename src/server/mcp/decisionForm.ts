import type { ElicitRequestFormParams } from '@modelcontextprotocol/server';
import { fenced, visibleBlock, visibleLine } from '../../engine/foreignText.ts';
import { kindOf, ONCE, type Approval, type ToApprove } from '../writes/approver.ts';
import { denied, type DecisionKind } from '../writes/refusals.ts';
import { isRecord } from './clientOf.ts';

/** Enough of a preview's number to be no other's. */
const SHOWN_ID = 12;

/** The choices that count: each names what it is about. */
function choicesOf(kind: DecisionKind, id: string): { readonly once: string; readonly session?: string } {
  const shown = id.slice(0, SHOWN_ID);
  return kind === 'write' ? { once: `run ${shown}` } : { once: `export ${shown}`, session: `export and allow ${shown}` };
}

const QUESTIONS: Readonly<Record<DecisionKind, string>> = {
  write: 'Allow the agent to change data? The statement and its effects:',
  export: 'Allow the agent to export data to a file? The statement and the file:',
};

/**
 * What the client shows. Clients take it for Markdown or for plain text: all that comes from a database or an agent is in one block of code, in which nothing makes a link, a picture
 * or a heading, and nothing is hidden.
 */
function messageOf(kind: DecisionKind, { summary, document }: Pick<ToApprove, 'summary' | 'document'>): string {
  const lines = summary.map((line) => `-- ${visibleLine(line)}`);
  return `${QUESTIONS[kind]}\n\n${fenced([...lines, '', visibleBlock(document)].join('\n'), 'sql')}`;
}

/**
 * Clients answer `accept` also for a question that was skipped or answered by a setting, with defaults or with nothing: so there is one required choice without a default, and
 * only the one that names this preview counts. `hasTitles`: choices with titles are of 2025-11-25 (SEP-1330).
 */
export function decisionForm(request: ToApprove, hasTitles: boolean): ElicitRequestFormParams & { mode: 'form' } {
  const kind = kindOf(request);
  const { once, session } = choicesOf(kind, request.id);
  const about = { type: 'string' as const, title: 'Decision', description: `Without a decision, the ${kind} doesn't run.` };
  const choices = [
    { const: 'reject', title: 'Reject' },
    { const: once, title: kind === 'write' ? 'Run exactly this' : 'Export' },
    ...(session === undefined || !hasSession(request) ? [] : [{ const: session, title: 'Export and allow for this session' }]),
  ];
  const decision = hasTitles
    ? { ...about, oneOf: choices }
    : { ...about, enum: choices.map((choice) => choice.const), enumNames: choices.map(({ title }) => title) };
  return {
    mode: 'form',
    message: messageOf(kind, request),
    requestedSchema: { type: 'object', properties: { decision }, required: ['decision'] },
  };
}

function hasSession({ review }: Pick<ToApprove, 'review'>): boolean {
  return 'kind' in review && review.hasSession;
}

/** Throws `approval.denied` for any answer but those that run what has this number. */
export function requireRun(
  kind: DecisionKind,
  { action, content }: { readonly action: string; readonly content?: unknown },
  id: string,
): Approval {
  if (action !== 'accept') throw denied(kind, `The user rejected the ${kind}.`);
  const { once, session } = choicesOf(kind, id);
  const decision = isRecord(content) ? content['decision'] : undefined;
  if (decision === once) return ONCE;
  if (session !== undefined && decision === session) return { forSession: true };
  throw denied(kind, kind === 'write' ? "The user didn't choose to run it." : "The user didn't choose to export.");
}
