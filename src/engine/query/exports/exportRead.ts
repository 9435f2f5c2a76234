import { type FileOptions } from './fileSink.ts';

import type { QualifiedName } from '../../sql/identifiers.ts';
import type { Session } from '../../driver/session.ts';

import { rowWriter } from './exportFormats.ts';
import { FileSink } from './fileSink.ts';
import { readGeneratedColumns } from '../results/generatedColumns.ts';
import type { ReadSources } from '../results/readSources.ts';
import type { ResultTable } from '../results/resultSet.ts';
import type { ReadPath } from '../reads/runReads.ts';
import { streamRead, type StreamOptions } from '../reads/streamRead.ts';

export type ExportOptions = StreamOptions & FileOptions;

export interface Exported {
  readonly rows: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  readonly blockedStatements: readonly string[];
  /** Where the file is other than the result, a sentence each. */
  readonly notes: readonly string[];
}

export interface ExportedRead extends Exported {
  /** From where the rows are. */
  readonly sources: () => ReadSources;
}

/** Streams the whole result of one read into a file. Memory does not grow with the result. Throws a PilotError. */
export async function exportRead(path: ReadPath, sql: string, options: ExportOptions): Promise<ExportedRead> {
  const started = performance.now();
  const generated = new Set<string>();
  const writer = await rowWriter({ ...options, generated });
  const sink = new FileSink(options, writer);
  const before =
    options.format !== 'sql'
      ? undefined
      : async (session: Session, tables: readonly QualifiedName[]): Promise<void> => {
          for (const key of await readGeneratedColumns(session, tables)) generated.add(key);
        };
  try {
    const { complete, blockedStatements, sources } = await streamRead(path, sql, sink, { ...options, before });
    if (!complete) throw sink.refusal();
    await sink.finish();
    const { rows, bytes } = sink;
    return { rows, bytes, elapsedMs: Math.round(performance.now() - started), blockedStatements, notes: writer.notes, sources };
  } finally {
    await sink.settled();
  }
}

/** Writes a result that is whole in memory. Throws a PilotError. */
export async function exportRows({ columns, rows }: ResultTable, options: FileOptions): Promise<Exported> {
  const started = performance.now();
  const writer = await rowWriter(options);
  const sink = new FileSink({ ...options, shown: undefined }, writer);
  try {
    sink.columns(columns);
    for (const row of rows) {
      const taken = sink.row(row);
      if (taken === false) throw sink.refusal();
      if (taken !== true) await taken;
    }
    await sink.finish();
    return {
      rows: sink.rows,
      bytes: sink.bytes,
      elapsedMs: Math.round(performance.now() - started),
      blockedStatements: [],
      notes: writer.notes,
    };
  } finally {
    await sink.settled();
  }
}
