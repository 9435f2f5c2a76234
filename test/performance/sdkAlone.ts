import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createPool } from 'mysql2/promise';
import { POOL_SIZE } from './raw.ts';

/** The floor of the comparison: the official SDK and mysql2, and nothing between them. */
const pool = createPool({ uri: process.env['TARGET'] ?? '', connectionLimit: POOL_SIZE });
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the fastest way into the SDK
const server = new Server({ name: 'sdk-alone', version: '1' }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [{ name: 'query', inputSchema: { type: 'object', properties: { sql: { type: 'string' } }, required: ['sql'] } }],
}));
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  const [rows] = await pool.query(String(params.arguments?.['sql']));
  return { content: [{ type: 'text', text: JSON.stringify(rows) }] };
});
process.stdin.on('end', () => process.exit(0));
await server.connect(new StdioServerTransport());
