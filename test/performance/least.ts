import { createInterface } from 'node:readline';
import { createPool } from 'mysql2/promise';
import { POOL_SIZE } from './raw.ts';

/** The floor below the SDK: a line in, a statement by mysql2, a line out. What two processes between a client and MySQL cost on a machine, whatever is written in them. */
const pool = createPool({ uri: process.env['TARGET'] ?? '', connectionLimit: POOL_SIZE });

interface Request {
  readonly id?: number;
  readonly method: string;
  readonly params?: { readonly arguments?: { readonly sql?: string } };
}

async function answer({ method, params }: Request): Promise<object> {
  if (method === 'initialize')
    return { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'least', version: '1' } };
  if (method === 'tools/list') return { tools: [{ name: 'query', inputSchema: { type: 'object' } }] };
  const [rows] = await pool.query(params?.arguments?.sql ?? '');
  return { content: [{ type: 'text', text: JSON.stringify(rows) }] };
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const request = JSON.parse(line) as Request;
    const { id } = request;
    if (id === undefined) return;
    void answer(request).then((result) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`));
  })
  .on('close', () => process.exit(0));
