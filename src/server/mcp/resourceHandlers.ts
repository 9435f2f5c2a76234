import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ProtocolError, ProtocolErrorCode, type ReadResourceResult, type ServerContext } from '@modelcontextprotocol/server';
import { isPilotError, type ErrorCode } from '../../engine/errors.ts';
import type { GivenConnections } from '../connections/connections.ts';
import type { CallSightings } from '../receipts/sightings.ts';
import type { McpSession } from '../sessions/mcpSession.ts';
import { fillPrompt, PROMPTS } from '../resources/prompts.ts';
import {
  complete,
  connectionOf,
  listResources,
  NO_COMPLETION,
  readResource,
  RESOURCE_TEMPLATES,
  type Completion,
} from '../resources/resources.ts';
import { APP_MIME_TYPE, VIEW_URI } from '../views/appViews.ts';
import type { ProtocolServer } from './mcpServer.ts';

export function registerResources(server: ProtocolServer, sessionOf: (context: ServerContext) => McpSession): void {
  server.setRequestHandler('resources/list', (_, context) => {
    const session = sessionOf(context);
    const { connections, exports } = session;
    return answer(session, async () => ({ resources: await listResources(connections, exports) }));
  });
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [...RESOURCE_TEMPLATES] }));
  server.setRequestHandler('resources/read', ({ params: { uri } }, context) => {
    if (uri === VIEW_URI) return readApp();
    const session = sessionOf(context);
    const { exports, otherReads } = session;
    return answer(session, async () => {
      const read = (connections: GivenConnections, sightings: CallSightings): Promise<string> =>
        readResource(uri, connections, exports, sightings);
      return { contents: [{ uri, mimeType: 'text/plain', text: await otherReads.recorded('resources/read', connectionOf(uri), read) }] };
    });
  });
  server.setRequestHandler('completion/complete', ({ params }, context) => {
    const session = sessionOf(context);
    const { otherReads } = session;
    const known = params.context?.arguments ?? {};
    const propose = (connections: GivenConnections): Promise<Completion> => complete(params.argument, known, connections);
    return answer(session, async () => ({ completion: { ...(await otherReads.proposed(known['connection'], propose, NO_COMPLETION)) } }));
  });
}

/** The page of an app: scripts and styles of ours, and no network. */
async function readApp(): Promise<ReadResourceResult> {
  const text = await readFile(path.join(__dirname, 'app.html'), 'utf8');
  const ui = { csp: { connectDomains: [], resourceDomains: [] }, permissions: { clipboardWrite: {} }, prefersBorder: true };
  return { contents: [{ uri: VIEW_URI, mimeType: APP_MIME_TYPE, text, _meta: { ui } }] };
}

export function registerPrompts(server: ProtocolServer, sessionOf: (context: ServerContext) => McpSession): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: PROMPTS.map(({ name, title, description, arguments: inputs }) => ({ name, title, description, arguments: [...inputs] })),
  }));
  server.setRequestHandler('prompts/get', ({ params }, context) =>
    answer(sessionOf(context), () => {
      const { prompt, text } = fillPrompt(params.name, params.arguments ?? {});
      return Promise.resolve({
        description: prompt.description,
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
      });
    }),
  );
}

/** What the client can correct. */
const INPUT: ReadonlySet<ErrorCode> = new Set(['object.unknown', 'connection.unknown', 'database.unknown', 'input.invalid'] as const);

/** These requests have no result for a failure, so it becomes an error of the protocol, with the same text. */
async function answer<T>(session: McpSession, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isInput = isPilotError(error) && INPUT.has(error.code);
    throw new ProtocolError(isInput ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError, session.describe(error));
  }
}
