import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { StdioTransport } from '../../../../src/server/mcp/stdioTransport.ts';

interface Opened {
  readonly transport: StdioTransport;
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly got: unknown[];
  readonly warnings: string[];
}

async function open(): Promise<Opened> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const warnings: string[] = [];
  const got: unknown[] = [];
  const transport = new StdioTransport(input, output, (what) => warnings.push(what));
  transport.onmessage = (message) => got.push(message);
  await transport.start();
  return { transport, input, output, got, warnings };
}

const ping = (id: number | string): object => ({ jsonrpc: '2.0', id, method: 'ping' });

suite('messages over stdin and stdout', () => {
  test('however the bytes come, the messages are the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        async (ids, cuts) => {
          const { input, got, warnings } = await open();
          const bytes = Buffer.from(ids.map((id) => `${JSON.stringify(ping(id))}\n`).join(''));
          let at = 0;
          for (const cut of [...cuts, bytes.length]) {
            input.write(bytes.subarray(at, at + cut));
            at += cut;
          }
          await tick();
          assert.deepEqual(got, ids.map(ping));
          assert.deepEqual(warnings, []);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('what is no message, and what is too long, is told and passed over', async () => {
    const { input, got, warnings } = await open();
    input.write('no JSON\n\n  \r\n[]\n{"jsonrpc":"1.0"}\n');
    for (let i = 0; i < 11; i++) input.write(Buffer.alloc(1024 * 1024, 'x'));
    input.write(`\n${JSON.stringify(ping(1))}\r\n`);
    await tick();
    assert.deepEqual(got, [ping(1)]);
    assert.equal(warnings.length, 4);
    assert.match(warnings[3] ?? '', /more than 10485760 bytes/);
  });

  test('who does not read is waited for; after the end nothing is taken', async () => {
    const { transport, input, output, got } = await open();
    let sent = false;
    const sending = transport.send({ jsonrpc: '2.0', method: 'x'.repeat(100_000) }).then(() => (sent = true));
    await tick();
    assert.equal(sent, false);
    output.resume();
    await sending;
    let closed = false;
    transport.onclose = () => (closed = true);
    await transport.close();
    assert.ok(closed);
    input.write(`${JSON.stringify(ping(1))}\n`);
    await tick();
    assert.deepEqual(got, []);
  });
});
