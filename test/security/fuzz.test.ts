import assert from 'node:assert/strict';
import { admitReads } from '../../src/engine/query/admission.ts';
import { readStatements } from '../../src/engine/sql/readings.ts';
import { full } from '../harness/depth.ts';
import { startServer } from '../harness/servers/source.ts';
import type { Flavour, TestServer } from '../harness/servers/testServer.ts';
import { FAULTS, seed } from './fuzz/faults.ts';
import { Fuzzer } from './fuzz/fuzzer.ts';
import { printingGuard } from './fuzz/printingGuard.ts';

/** How many statements are compared: in the full depth, and always. */
const COUNTS = { full: 6000, short: 1500 };
/** So many statements are tried to find a seeded fault; most are found in the first hundred. */
const FAULT_COUNT = 20_000;

const flavours: readonly Flavour[] = ['mysql', 'mariadb'];

suite('fuzzing', function () {
  this.timeout(120_000);
  const servers = new Map<Flavour, TestServer>();
  const serverOf = (flavour: Flavour): TestServer => servers.get(flavour) ?? assert.fail(`no ${flavour}`);

  suiteSetup(async () => {
    for (const flavour of flavours) servers.set(flavour, await startServer(flavour));
  });
  suiteTeardown(async () => {
    for (const server of servers.values()) await server.dispose();
  });

  for (const flavour of flavours) {
    const agree = (count: number, seed: number): Mocha.Test =>
      test(`guard and ${flavour} agree on ${String(count)} statements`, async () => {
        const fuzzer = await Fuzzer.open(serverOf(flavour), { admitReads, readStatements });
        const { total, parsed, productions, failures } = await fuzzer.run(count, seed);
        await fuzzer.close();
        assert.deepEqual(failures, []);
        assert.ok(parsed / total >= 0.6, `${String(parsed)} of ${String(total)} parse`);
        assert.ok(productions.size >= 80 && Math.min(...productions.values()) >= 5, 'every production is used');
      });
    agree(COUNTS.short, 20_261_122);
    full(agree(COUNTS.full, 20_261_122));

    const printed = (count: number, seed: number): Mocha.Test =>
      test(`what agents' statements are printed to has no effect on ${flavour}, of ${String(count)} statements`, async () => {
        const fuzzer = await Fuzzer.open(serverOf(flavour), printingGuard(flavour));
        const { admitted, total, failures } = await fuzzer.run(count, seed);
        await fuzzer.close();
        assert.deepEqual(failures, []);
        assert.ok(admitted / total >= 0.5, `${String(admitted)} of ${String(total)} are admitted`);
      });
    printed(COUNTS.short, 20_261_122);
    full(printed(COUNTS.full, 20_261_122));
  }

  full(
    test(`finds each of ${String(FAULTS.length)} faults that are seeded in the lexer`, async () => {
      const missed: string[] = [];
      for (const [number, fault] of FAULTS.entries()) {
        const guard = await seed(fault, number);
        let found = 0;
        for (const flavour of flavours) {
          const fuzzer = await Fuzzer.open(serverOf(flavour), guard);
          found += (await fuzzer.run(FAULT_COUNT, number + 1, 1)).failures.length;
          await fuzzer.close();
          if (found > 0) break;
        }
        if (found === 0) missed.push(fault.name);
      }
      assert.ok(FAULTS.length >= 20);
      assert.deepEqual(missed, []);
    }),
  );
});
