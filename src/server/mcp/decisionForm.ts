import type { ElicitRequestFormParams } from '@modelcontextprotocol/server';
import { fenced, visibleBlock, visibleLine } from '../../engine/foreignText.ts';
import { denied, type WriteToApprove } from '../writes/approver.ts';
import { isRecord } from './clientOf.ts';

/** Enough of a preview's number to be no other's. */
const SHOWN_ID = 12;

/** The one choice that counts: it names the preview. */
export function runChoice(id: string): string {
  return `run ${id.slice(0, SHOWN_ID)}`;
}

/**
 * What the client shows. Clients take it for Markdown or for plain text: all that comes from a database or an agent is in one block of code, in which nothing makes a link, a picture
 * or a heading, and nothing is hidden.
 */
function messageOf(summary: readonly string[], document: string): string {
  const lines = summary.map((line) => `-- ${visibleLine(line)}`);
  return `Allow the agent to change data? The statement and its effects:\n\n${fenced([...lines, '', visibleBlock(document)].join('\n'), 'sql')}`;
}

/**
 * Clients answer `accept` also for a question that was skipped or answered by a setting, with defaults or with nothing: so there is one required choice without a default, and
 * only the one that names this preview counts. `hasTitles`: choices with titles are of 2025-11-25 (SEP-1330).
 */
export function decisionForm({ id, summary, document }: WriteToApprove, hasTitles: boolean): ElicitRequestFormParams & { mode: 'form' } {
  const about = { type: 'string' as const, title: 'Decision', description: "Without a decision, the write doesn't run." };
  const choices = [
    { const: 'reject', title: 'Reject' },
    { const: runChoice(id), title: 'Run exactly this' },
  ];
  const decision = hasTitles
    ? { ...about, oneOf: choices }
    : { ...about, enum: choices.map((choice) => choice.const), enumNames: choices.map(({ title }) => title) };
  return {
    mode: 'form',
    message: messageOf(summary, document),
    requestedSchema: { type: 'object', properties: { decision }, required: ['decision'] },
  };
}

/** Throws `approval.denied` for any answer but the one that runs the preview with this choice. */
export function requireRun(action: string, content: unknown, run: string): void {
  if (action !== 'accept') throw denied('The user rejected the write.');
  if (!isRecord(content) || content['decision'] !== run) throw denied("The user didn't choose to run it.");
}
