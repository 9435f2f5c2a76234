import { ProtocolError, ProtocolErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import { describeError, isPilotError } from '../../engine/errors.ts';
import type { McpSession } from '../mcpSession.ts';
import { fillPrompt, PROMPTS } from '../prompts.ts';
import { complete, listResources, readResource, RESOURCE_TEMPLATES } from '../resources.ts';
import { createMark } from '../untrusted.ts';
import type { ProtocolServer } from './mcpServer.ts';

/** Offers resources with their templates and completions. */
export function registerResources(server: ProtocolServer, sessionOf: (context: ServerContext) => McpSession): void {
  server.setRequestHandler('resources/list', (_, context) => {
    const { connections, exports } = sessionOf(context);
    return answer(async () => ({ resources: await listResources(connections, exports) }));
  });
  server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [...RESOURCE_TEMPLATES] }));
  server.setRequestHandler('resources/read', ({ params: { uri } }, context) => {
    const { connections, exports } = sessionOf(context);
    return answer(async () => ({ contents: [{ uri, mimeType: 'text/plain', text: await readResource(uri, connections, exports) }] }));
  });
  server.setRequestHandler('completion/complete', ({ params }, context) => {
    const { connections } = sessionOf(context);
    return answer(async () => ({ completion: { ...(await complete(params.argument, params.context?.arguments ?? {}, connections)) } }));
  });
}

/** Offers the prompts to the client. */
export function registerPrompts(server: ProtocolServer): void {
  server.setRequestHandler('prompts/list', () => ({
    prompts: PROMPTS.map(({ name, title, description, arguments: inputs }) => ({ name, title, description, arguments: [...inputs] })),
  }));
  server.setRequestHandler('prompts/get', ({ params }) =>
    answer(() => {
      const { prompt, text } = fillPrompt(params.name, params.arguments ?? {});
      return Promise.resolve({
        description: prompt.description,
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
      });
    }),
  );
}

/** These requests have no result for a failure, so it becomes an error of the protocol, with the same text. */
async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isInput = isPilotError(error, 'object.unknown') || isPilotError(error, 'input.invalid');
    throw new ProtocolError(
      isInput ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError,
      describeError(error, createMark()),
    );
  }
}
