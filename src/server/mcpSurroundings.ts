import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CompleteRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { describeError, isPilotError } from '../engine/errors.ts';
import type { Connections } from './connections.ts';
import type { ExportFolder } from './exportFolder.ts';
import { fillPrompt, PROMPTS } from './prompts.ts';
import { complete, listResources, readResource, RESOURCE_TEMPLATES } from './resources.ts';
import { createMark } from './untrusted.ts';

/* eslint-disable @typescript-eslint/no-deprecated -- the SDK keeps the low-level server for programs that declare things themselves */

/** What of the protocol stands around the tools: resources with their templates and completions. */
export function registerResources(server: Server, connections: Connections, exports: ExportFolder): void {
  server.setRequestHandler(ListResourcesRequestSchema, () =>
    answer(async () => ({ resources: await listResources(connections, exports) })),
  );
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: [...RESOURCE_TEMPLATES] }));
  server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }) =>
    answer(async () => ({ contents: [{ uri, mimeType: 'text/plain', text: await readResource(uri, connections, exports) }] })),
  );
  server.setRequestHandler(CompleteRequestSchema, ({ params: { argument, context } }) =>
    answer(async () => ({ completion: await complete(argument, context?.arguments ?? {}, connections) })),
  );
}

/** Offers the prompts to the client. */
export function registerPrompts(server: Server): void {
  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: PROMPTS.map(({ name, title, description, arguments: inputs }) => ({ name, title, description, arguments: [...inputs] })),
  }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) =>
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
    const code =
      isPilotError(error, 'object.unknown') || isPilotError(error, 'input.invalid') ? ErrorCode.InvalidParams : ErrorCode.InternalError;
    throw new McpError(code, describeError(error, createMark()));
  }
}
