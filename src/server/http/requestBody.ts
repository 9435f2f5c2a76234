import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseMessage } from '../mcp/messageText.ts';

/** What a statement with its parameters needs, many times over. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The JSON of a POST; undefined where it was answered already, because it is too large or none. Read here and not by the SDK, which
 * leaves the rest of a body that is too large in memory.
 */
export async function readJson(request: IncomingMessage, response: ServerResponse): Promise<{ readonly json: unknown } | undefined> {
  const chunks: Buffer[] = [];
  let bytes = Number(request.headers['content-length'] ?? 0) > MAX_BYTES ? Infinity : 0;
  if (bytes === 0) {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) break; // which ends the socket, too
      chunks.push(chunk);
    }
  }
  if (bytes > MAX_BYTES) {
    response
      .writeHead(413, { connection: 'close', 'content-type': 'text/plain' })
      .end('A request can have at most 4 MiB.\n', () => request.destroy());
    return undefined;
  }
  const json = parseMessage(Buffer.concat(chunks));
  if (json !== undefined) return { json };
  const error = { code: -32700, message: 'Parse error' };
  response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
  return undefined;
}
