import { describeError, isPilotError } from '../engine/errors.ts';
import type { Connections } from './connections.ts';
import type { ExportFolder } from './exportFolder.ts';
import { fillPrompt, PROMPTS } from './prompts.ts';
import { recordParam, RPC_CODES, RpcError, textParam, textsParam } from './protocol/rpc.ts';
import type { RpcPeer } from './protocol/rpcPeer.ts';
import { complete, listResources, readResource, RESOURCE_TEMPLATES } from './resources.ts';
import { createMark } from './untrusted.ts';

/** What of the protocol stands around the tools: resources with their templates and completions. */
export function registerResources(peer: RpcPeer, connections: Connections, exports: ExportFolder): void {
  peer.handle('resources/list', () => answer(async () => ({ resources: await listResources(connections, exports) })));
  peer.handle('resources/templates/list', () => ({ resourceTemplates: [...RESOURCE_TEMPLATES] }));
  peer.handle('resources/read', (params) => {
    const uri = textParam(params, 'uri');
    return answer(async () => ({ contents: [{ uri, mimeType: 'text/plain', text: await readResource(uri, connections, exports) }] }));
  });
  peer.handle('completion/complete', (params) => {
    const given = recordParam(params, 'argument');
    const argument = { name: textParam(given, 'name'), value: textParam(given, 'value') };
    const others = textsParam(recordParam(params, 'context'), 'arguments');
    return answer(async () => ({ completion: await complete(argument, others, connections) }));
  });
}

/** Offers the prompts to the client. */
export function registerPrompts(peer: RpcPeer): void {
  peer.handle('prompts/list', () => ({
    prompts: PROMPTS.map(({ name, title, description, arguments: inputs }) => ({ name, title, description, arguments: [...inputs] })),
  }));
  peer.handle('prompts/get', (params) => {
    const [name, values] = [textParam(params, 'name'), textsParam(params, 'arguments')];
    return answer(() => {
      const { prompt, text } = fillPrompt(name, values);
      return Promise.resolve({ description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] });
    });
  });
}

/** These requests have no result for a failure, so it becomes an error of the protocol, with the same text. */
async function answer<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code =
      isPilotError(error, 'object.unknown') || isPilotError(error, 'input.invalid') ? RPC_CODES.invalidParams : RPC_CODES.internal;
    throw new RpcError(code, describeError(error, createMark()));
  }
}
