import type { Connection } from 'mysql2';
import { toChangedRows, type ChangedRows } from './changedRows.ts';
import type { WatchedPackets } from './packetWatch.ts';
import { addCommand } from './mysql2Internals.ts';
import { ReadCommand, type Answer, type Wording } from './readCommand.ts';
import type { RowSink, Session, StreamEnd } from './session.ts';

export interface AnswerParts {
  readonly connection: Connection;
  readonly packets: WatchedPackets;
  readonly session: Pick<Session, 'state' | 'server'>;
  /** Called when the server has said its last word. */
  readonly answered: () => void;
}

/** Sends a statement and hands its answer to a sink. Resolves at the end, or as soon as the sink has enough: then the connection is paused for good. */
export function streamAnswer(
  { connection, packets, session, answered }: AnswerParts,
  { statement, wording }: { readonly statement: string; readonly wording: Wording | undefined },
  sink: RowSink,
): Promise<StreamEnd> {
  return new Promise((resolve, reject) => {
    let changed: ChangedRows | undefined;
    let warnings = 0;
    const stopReading = (): void => {
      connection.pause();
      resolve({ complete: false, warnings: 0, changed: undefined });
    };
    /** What the sink throws must not fly through the driver. */
    const guarded = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        connection.pause();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const take = (row: () => unknown): void => {
      guarded(() => {
        const answer = row();
        if (answer instanceof Promise) waitFor(connection, answer, reject);
        else if (answer !== true) stopReading();
      });
    };
    const end = (): void => {
      packets.expect(false);
      answered();
    };
    const answer: Answer = {
      cutsIn: (buffer) => packets.cutsIn(buffer),
      columns: (columns) => {
        guarded(() => {
          sink.columns(columns);
        });
      },
      row: (cells) => {
        take(() => sink.row(cells));
      },
      packet:
        sink.packet === undefined
          ? undefined
          : (packet) => {
              take(() => sink.packet?.(packet) ?? false);
            },
      large: (row) => {
        take(() => sink.tooLarge(row));
      },
      changed: (header) => {
        changed = toChangedRows(header); // of a statement without rows, or of a procedure behind its results
        warnings = header.warningStatus;
        session.state.changed(header);
      },
      warnings: (count, status) => {
        warnings = count;
        session.state.flags(status);
        guarded(() => sink.resultEnded?.());
      },
      failed: (error) => {
        end();
        reject(error);
      },
      ended: () => {
        end();
        resolve({ complete: true, warnings, changed });
      },
    };
    packets.expect(sink.rowsOfAnySize !== true);
    addCommand(connection, new ReadCommand(statement, session.server.geometry, answer, wording));
  });
}

/** Rows that have arrived meanwhile wait in the driver, at most a chunk of the socket. */
function waitFor(connection: Connection, drained: Promise<unknown>, fail: (error: unknown) => void): void {
  connection.pause();
  drained.then(() => {
    connection.resume();
  }, fail);
}
