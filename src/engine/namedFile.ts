import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Far above every certificate, key and option file. */
const MAX_BYTES = 1024 * 1024;

/**
 * The bytes of a file that a connection names, and so perhaps a file that somebody else has put into a workspace. It may be a device that never ends or a pipe that nobody writes to, and
 * to open a pipe waits in one of the few threads that all files of a process share. So it is opened without waiting, only a file is read, and no more than a limit. Rejects with what
 * the system says, or with an error that says what is wrong with the file.
 */
export async function readNamedFile(name: string, maxBytes = MAX_BYTES): Promise<Buffer> {
  const file = await open(name, constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK));
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not a regular file');
    const bytes = Buffer.allocUnsafe(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (length > maxBytes) throw new Error(`it is larger than ${String(maxBytes / 1024)} KiB`);
      if (bytesRead === 0) return Buffer.from(bytes.subarray(0, length));
    }
  } finally {
    await file.close();
  }
}
