import { parentPort } from 'node:worker_threads';
import { readComposeFile } from './composeFile.ts';
import { readDevContainer } from './devContainer.ts';
import { FileProblem } from './fileProblem.ts';
import { expandVariables, readEnvFile } from './envFile.ts';
import type { ImportCandidate } from './importCandidate.ts';
import { readLoginPaths } from './loginPath.ts';
import { readOptionFile } from './myCnf.ts';
import { readWorkbench } from './mysqlWorkbench.ts';

/** A file of another program. */
export interface ForeignFile {
  readonly kind: 'compose' | 'devContainer' | 'env' | 'loginPath' | 'optionFile' | 'workbench';
  /** What it is called for people. */
  readonly source: string;
  readonly content: Uint8Array | string;
  /** Of a compose file: the text of `.env` beside it, and whether its services are reached from inside their network. */
  readonly beside?: string;
  readonly inside?: boolean;
}

/** What the thread says of it: what was found, with how many more there are, or why it could not be read. */
export type ReadAnswer = { readonly found: readonly ImportCandidate[]; readonly more: number } | { readonly problem: string };

/** More than a list that somebody reads has. What a file has beyond it is left out. */
const MAX_OF_FILE = 100;

function read({ kind, source, content, beside = '', inside = false }: ForeignFile): readonly ImportCandidate[] {
  if (kind === 'loginPath') return readLoginPaths(Buffer.from(content), source);
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('utf8');
  if (kind === 'compose') return readComposeFile(text, source, { variables: expandVariables(beside), inside });
  return { devContainer: readDevContainer, env: readEnvFile, optionFile: readOptionFile, workbench: readWorkbench }[kind](text, source);
}

function answer(file: ForeignFile): ReadAnswer {
  try {
    const all = read(file);
    return { found: all.slice(0, MAX_OF_FILE), more: Math.max(0, all.length - MAX_OF_FILE) };
  } catch (error) {
    return { problem: error instanceof FileProblem ? error.message : "It can't be parsed." };
  }
}

// The entry of a thread of its own: whoever wrote these files chose how long they take to be read.
parentPort?.on('message', (file: ForeignFile) => parentPort?.postMessage(answer(file)));
parentPort?.postMessage('ready');
