import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AuditCalls, type AuditCall } from './auditCalls.ts';

/** Of the newest files: all that is shown is in memory. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_CALLS = 100_000;

export interface AuditLimits {
  readonly maxBytes: number;
  readonly maxCalls: number;
}

/** What a table of the audit log shows. */
export interface AuditRead {
  /** The last one first. */
  readonly calls: readonly AuditCall[];
  /** The one with the newest entry; undefined where there is no audit log. */
  readonly newest: string | undefined;
  /** False where older calls were left out. */
  readonly isWhole: boolean;
  /** How many lines could not be read. */
  readonly unreadable: number;
}

/** Reads the audit log in pieces, so that the window goes on meanwhile. Rejects with the file system's error where a file can't be read. */
export async function readAuditLog(
  folder: string,
  { maxBytes, maxCalls }: AuditLimits = { maxBytes: MAX_BYTES, maxCalls: MAX_CALLS },
): Promise<AuditRead> {
  const files = await newestFirst(folder);
  const calls = new AuditCalls();
  let bytes = 0;
  const read = files.filter(({ size }, i) => (bytes += size) <= maxBytes || i === 0);
  for (const { file } of read.toReversed())
    await eachLine(file, maxBytes, (line, number) => {
      calls.add(line, { file, line: number });
    });
  const all = calls.newestFirst();
  return {
    calls: all.slice(0, maxCalls),
    newest: files[0]?.file,
    isWhole: all.length <= maxCalls && read.length === files.length && (read[0]?.size ?? 0) <= maxBytes,
    unreadable: calls.unreadable,
  };
}

interface AuditFile {
  readonly file: string;
  readonly size: number;
  readonly at: number;
}

async function newestFirst(folder: string): Promise<AuditFile[]> {
  const names = (await readdir(folder).catch(noneIfMissing)).filter((name) => name.endsWith('.jsonl'));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const found = await stat(file).catch(() => undefined); // swept since
      return found?.isFile() === true ? [{ file, size: found.size, at: found.mtimeMs }] : [];
    }),
  );
  return files.flat().sort((a, b) => b.at - a.at || (a.file < b.file ? 1 : -1));
}

/** No server has written an audit log yet. */
function noneIfMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** By line feeds alone, which JSON escapes: a statement with another line end in it would begin a line of its own. */
async function eachLine(file: string, maxBytes: number, take: (line: string, number: number) => void): Promise<void> {
  let rest = '';
  let number = 0;
  for await (const piece of createReadStream(file, { encoding: 'utf8', end: maxBytes - 1 })) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line, number++);
  }
  take(rest, number);
}
