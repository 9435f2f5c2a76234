import { stat } from 'node:fs/promises';

/** How often a file is looked at while its rows are read: rows that were inserted one by one stay. */
const ROWS_BETWEEN = 500;

/** What tells one state of a file from the next without reading it: also of a file that was put in its place, or whose time was set back. */
export async function fileState(file: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** The rows of a file as long as it is in this state; throws `changed()` before the rows end where it is not. */
export async function* unchangedRows<T>(rows: AsyncIterable<T>, file: string, state: string, changed: () => Error): AsyncGenerator<T> {
  const check = async (): Promise<void> => {
    if ((await fileState(file)) !== state) throw changed();
  };
  let read = 0;
  await check();
  for await (const row of rows) {
    if (++read % ROWS_BETWEEN === 0) await check();
    yield row;
  }
  await check();
}
