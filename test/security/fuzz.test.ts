import assert from 'node:assert/strict';
import { full } from '../harness/depth.ts';
import { startServer } from '../harness/servers/source.ts';
import type { Flavor, TestServer } from '../harness/servers/testServer.ts';
import { Fuzzer } from './fuzz/fuzzer.ts';
import { printingGuard } from './fuzz/printingGuard.ts';

/** How many statements are compared: in the full depth, and always. */
const COUNTS = { full: 6000, short: 1500 };
const SEED = 20_261_122;

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`fuzzing (${flavor})`, function () {
    this.timeout(120_000);
    let server: TestServer;

    suiteSetup(async () => {
      server = await startServer(flavor);
    });
    suiteTeardown(() => server.dispose());

    const agree = (count: number): Mocha.Test =>
      test(`what is printed of ${String(count)} statements means the same to the server, and has no effect`, async () => {
        const fuzzer = await Fuzzer.open(server, printingGuard(flavor));
        const { admitted, parsed, total, productions, failures } = await fuzzer.run(count, SEED);
        await fuzzer.close();
        assert.deepEqual(failures, []);
        assert.ok(parsed / total >= 0.6, `${String(parsed)} of ${String(total)} parse`);
        assert.ok(admitted / total >= 0.5, `${String(admitted)} of ${String(total)} are admitted`);
        assert.ok(productions.size >= 80 && Math.min(...productions.values()) >= 5, 'every production is used');
      });
    agree(COUNTS.short);
    full(agree(COUNTS.full));
  });
}
