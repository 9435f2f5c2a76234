import type { ApprovalRequest } from '../broker/contracts.ts';
import { fenced, visibleBlock, visibleLine } from '../engine/foreignText.ts';
import { DECISION_MS } from '../engine/writes/pendingPreviews.ts';
import { denied, expired, type Approver } from './approver.ts';
import type { McpServer } from './mcpServer.ts';
import { isRecord, RPC_CODES, RpcError, type Params } from './protocol/rpc.ts';
import type { StopSignal } from '../engine/stopSignal.ts';

/** Enough of a preview's number to be no other's. */
const SHOWN_ID = 12;

/**
 * What the client shows. Clients take it for Markdown or for plain text: all that comes from a database or an agent is in one block of code, in which nothing makes a link, a picture
 * or a heading, and nothing is hidden.
 */
function messageOf(summary: readonly string[], document: string): string {
  const lines = summary.map((line) => `-- ${visibleLine(line)}`);
  return `May the agent change data? This is what would run, and what it would change:\n\n${fenced([...lines, '', visibleBlock(document)].join('\n'), 'sql')}`;
}

/**
 * Asks through the client. Clients answer `accept` also for a question that was skipped or answered by a setting, with defaults or
 * with nothing: so there is one required choice without a default, and only the one that names this preview counts.
 */
export class ElicitationApprover implements Approver {
  readonly #server: () => Pick<McpServer, 'asksByForm' | 'elicit'>;
  readonly #patienceMs: number;

  constructor(server: () => Pick<McpServer, 'asksByForm' | 'elicit'>, patienceMs = DECISION_MS) {
    this.#server = server;
    this.#patienceMs = patienceMs;
  }

  async approve({ id, summary, document }: ApprovalRequest, signal: StopSignal): Promise<void> {
    const server = this.#server();
    if (!server.asksByForm) throw denied('This client cannot ask its user, so nobody can approve.');
    const run = `run ${id.slice(0, SHOWN_ID)}`;
    const decision = {
      type: 'string' as const,
      title: 'Decision',
      description: 'What was not decided is not run.',
      enum: ['reject', run],
      enumNames: ['Reject', 'Run exactly this'],
    };
    const requestedSchema = { type: 'object' as const, properties: { decision }, required: ['decision'] };
    let answer: Params;
    try {
      answer = await server.elicit({ message: messageOf(summary, document), requestedSchema }, { timeoutMs: this.#patienceMs, signal });
    } catch (error) {
      if (signal.aborted) throw denied('The call was cancelled before anybody had decided.');
      if (error instanceof RpcError && error.code === RPC_CODES.requestTimeout) throw expired();
      throw denied(`The client could not ask (${error instanceof Error ? error.message : String(error)}).`);
    }
    const { action, content } = answer;
    if (action !== 'accept') throw denied('The user has seen the preview and rejected it.');
    if (!isRecord(content) || content['decision'] !== run) throw denied('The user has not chosen to run it.');
  }
}
