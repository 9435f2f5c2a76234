import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Call, Contestant } from './contestants.ts';
import { LightClient, textOf } from './lightClient.ts';

/** Which client speaks to a server: the official one, as agents use it, or one that does no more than it must. */
export type ClientKind = "the SDK's client" | 'a light client';

/** A server that runs, and how it is called. */
export interface Caller {
  /** Of the server. */
  readonly pid: number;
  call(call: Call): Promise<string>;
  close(): Promise<void>;
}

/** Starts a server and calls what it needs first. */
export async function startCaller({ launch, first }: Contestant, kind: ClientKind): Promise<Caller> {
  if (kind === 'a light client') return startLight({ launch, first });
  const caller = await sdkCaller(launch);
  if (first !== undefined) await caller.call(first);
  return caller;
}

/** The same with the client that tells CPU, memory and bytes. */
export async function startLight({ launch, first }: Pick<Contestant, 'launch' | 'first'>): Promise<LightClient> {
  const client = await LightClient.start(launch);
  if (first !== undefined) await client.call(first);
  return client;
}

async function sdkCaller({ command, args, env }: Contestant['launch']): Promise<Caller> {
  const client = new Client({ name: 'bench', version: '1' });
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stderr: 'ignore',
  });
  await client.connect(transport);
  return {
    pid: transport.pid ?? 0,
    async call({ name, args: given }) {
      const { content, isError } = await client.callTool({ name, arguments: given });
      const text = textOf(content as { text?: string }[]);
      if (isError === true) throw new Error(`${name}: ${text}`);
      return text;
    },
    close: () => client.close(),
  };
}
