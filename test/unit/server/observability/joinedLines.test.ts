import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { JoinedLines } from '../../../../src/server/observability/joinedLines.ts';

/** A disk that takes one chunk when it is told to. */
class SlowDisk extends Writable {
  readonly chunks: string[] = [];
  #next: (() => void) | undefined;

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.chunks.push(chunk.toString());
    this.#next = done;
  }

  async take(): Promise<void> {
    this.#next?.();
    await new Promise(setImmediate);
  }
}

suite('lines for a slow disk', () => {
  test('what comes while it is busy goes as one chunk, in order; the end waits for all', async () => {
    const disk = new SlowDisk();
    const lines = new JoinedLines(disk);
    for (const line of ['1\n', '2\n', '3\n']) lines.write(line);
    await disk.take();
    lines.write('4\n');
    const closed = lines.close();
    await disk.take();
    await disk.take();
    await closed;
    assert.deepEqual(disk.chunks, ['1\n', '2\n3\n', '4\n']);
  });

  test('what is too much is dropped, and that is told', async () => {
    const disk = new SlowDisk();
    const lines = new JoinedLines(disk);
    const line = `${'x'.repeat(1_000_000)}\n`;
    for (let i = 0; i < 20; i++) lines.write(line);
    await disk.take();
    const second = disk.chunks[1] ?? '';
    assert.ok(second.length < 11_000_000, String(second.length));
    assert.match(second.slice(-200), /"message":"10 log lines are missing here, because the disk is too slow\."\}\n$/);
  });
});
