import { createHash, randomBytes } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOwnFile, refused, toJson } from './rendezvous.ts';
import { AgentFileSchema, type AgentFile } from './agentContracts.ts';

/** A process that is stopped still accepts connections: the system does it. */
const CONNECT_MS = 1000;
const RETRY_MS = 20;

/** Reads the file; undefined where there is none. Throws `broker.refused` as `readRendezvous`. */
export async function readAgentFile(file: string): Promise<AgentFile | undefined> {
  const text = await readOwnFile(file);
  if (text === undefined) return undefined;
  const parsed = AgentFileSchema.safeParse(toJson(text));
  if (!parsed.success) throw refused(file, 'it is no file of a credential agent');
  return parsed.data;
}

/**
 * Makes `own` the agent of this file, exactly one of all that try at a time. Resolves to the living agent that has it instead; undefined where `own` has it now. Whoever calls listens
 * already: an agent whose socket does not answer is dead.
 *
 * A dead one is replaced by who has its claim, a file that can be made once. A claim whose maker died has a claim of its own. Only the last in that chain may replace the file, and
 * only while it still names the dead one, so that a slow process never replaces the successor.
 */
export async function claimAgentFile(file: string, own: AgentFile): Promise<AgentFile | undefined> {
  for (;;) {
    if (await create(file, own)) return undefined;
    const holder = await readAgentFile(file);
    if (holder !== undefined) {
      if (await answers(holder.socket)) return holder;
      if (await replaceDead(file, holder, own)) return undefined;
    }
    await sleep(RETRY_MS);
  }
}

/** Replaces the file of an agent that has agreed to it. */
export async function replaceAgentFile(file: string, own: AgentFile): Promise<void> {
  await withTemporary(file, own, (temporary) => rename(temporary, file));
}

/** Removes the file if it still is that of the agent. */
export async function removeAgentFile(file: string, own: AgentFile): Promise<void> {
  const found = await readAgentFile(file).catch(() => undefined);
  if (found?.socket === own.socket) await rm(file, { force: true });
}

/** Whether somebody listens at a socket. */
export async function answers(address: string): Promise<boolean> {
  const socket = createConnection(address);
  try {
    return await new Promise<boolean>((resolve) => {
      socket.setTimeout(CONNECT_MS, () => {
        resolve(true);
      });
      socket.once('connect', () => {
        resolve(true);
      });
      socket.once('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT');
      });
    });
  } finally {
    socket.destroy();
  }
}

async function replaceDead(file: string, dead: AgentFile, own: AgentFile): Promise<boolean> {
  const claims: string[] = [];
  for (let last = dead; ;) {
    const claim = `${file}.${createHash('sha256').update(last.socket).digest('hex').slice(0, 16)}.claim`;
    claims.push(claim);
    if (await create(claim, own)) break;
    const claimant = await readAgentFile(claim);
    if (claimant === undefined || (await answers(claimant.socket))) return false; // it has replaced the file, or is about to
    last = claimant;
  }
  const isDead = (await readAgentFile(file))?.socket === dead.socket;
  if (isDead) await replaceAgentFile(file, own);
  for (const claim of isDead ? claims : claims.slice(-1)) await rm(claim, { force: true });
  return isDead;
}

/** Makes the file with its whole content at once; false where it is there. */
async function create(file: string, content: AgentFile): Promise<boolean> {
  try {
    await withTemporary(file, content, (temporary) => link(temporary, file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function withTemporary(file: string, content: AgentFile, use: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
    await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}
