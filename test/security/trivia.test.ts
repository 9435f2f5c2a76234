import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseStatements } from '../../src/engine/sql/parser/parse.ts';
import { print } from '../../src/engine/sql/printer/print.ts';
import { secondFlavor } from '../harness/depth.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import type { Flavor, TestServer } from '../harness/servers/testServer.ts';
import { readCorpus } from './corpus.ts';
import { loadCorpusDatabases } from './corpusDatabases.ts';
import { Fixture } from './fixture.ts';
import { difference, PlainClient } from './plainRun.ts';
import { MODES } from './printing.ts';
import { checkTrivia, DIALECTS, spreads, wrapped } from './trivia.ts';

/** How many texts are made of each corpus here; `npm run trivia` makes a million. */
const COUNT = Number(process.env['TRIVIA_COUNT'] ?? 6000);
/** So many of them are also run by a real server. */
const RUN_COUNT = 300;
const SEED = 20_261_127;
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const roundtrip = { parseStatements, print };

for (const flavor of flavors) {
  suite(`comments and blanks between tokens (${flavor})`, function () {
    secondFlavor(this, flavor);
    this.timeout(180_000);
    const dialect = DIALECTS[flavor];
    const honest = readCorpus('honest').filter(({ flavors }) => flavors.includes(flavor));
    let server: TestServer;

    suiteSetup(async () => {
      server = await startServer(flavor, ['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=ON']);
      await loadSample(server);
      await loadCorpusDatabases(server);
      await Fixture.create(server);
    });
    suiteTeardown(async () => {
      await server.dispose();
    });

    test(`leave the printed text of the honest corpus as it is (${String(COUNT)} cases)`, () => {
      assert.deepEqual(
        checkTrivia(
          honest.map(({ sql }) => sql),
          roundtrip,
          dialect,
          COUNT,
          SEED,
        ).failures,
        [],
      );
    });

    test(`leave the answer of the server as it is (${String(RUN_COUNT)} cases)`, async () => {
      const client = new PlainClient(server);
      const failures: string[] = [];
      for (const make of [spreads, wrapped])
        for (const database of new Set(honest.map((one) => one.database))) {
          const texts = honest
            .filter((one) => one.database === database && !one.varies && !/^\s*(?:SHOW|EXPLAIN)/i.test(one.sql))
            .flatMap(({ sql }) => printed(sql))
            // MariaDB reads the text of a WITH again for each use of it, and finds an end of a comment there without its start.
            .filter((text) => make === spreads || flavor === 'mysql' || !text.startsWith('WITH'));
          const count = Math.ceil(RUN_COUNT / 10);
          for (const { original, text } of fc.sample(make(texts, dialect), { numRuns: count, seed: SEED })) {
            const expected = await client.run(original, database, MODES[0]);
            if (expected.error !== undefined) continue;
            const what = difference(expected, await client.run(text, database, MODES[0]), true);
            if (what !== undefined) failures.push(`${text} → ${what}`);
          }
        }
      await client.close();
      assert.deepEqual(failures, []);
    });

    /** What does not parse is told by the tests of printing. */
    function printed(sql: string): string[] {
      try {
        return parseStatements(sql, dialect).map((tree) => print(tree, dialect));
      } catch {
        return [];
      }
    }
  });
}
