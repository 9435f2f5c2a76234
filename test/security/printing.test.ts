import assert from 'node:assert/strict';
import { dialectOf } from '../../src/engine/sql/lexer/dialect.ts';
import { parseStatements } from '../../src/engine/sql/parser/parse.ts';
import { print } from '../../src/engine/sql/printer/print.ts';
import { secondFlavor } from '../harness/depth.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import type { Flavor } from '../harness/servers/testServer.ts';
import { readCorpus } from './corpus.ts';
import { loadCorpusDatabases } from './corpusDatabases.ts';
import { Fixture } from './fixture.ts';
import { PlainClient } from './plainRun.ts';
import { compareWithPrinted, MODES } from './printing.ts';
import { DIALECTS } from './trivia.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** In the mode that reads texts otherwise, some statements mean nothing to the server itself. */
const REFUSED_AT_MOST = 40;

for (const flavor of flavors) {
  suite(`printed statements on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(300_000);
    const honest = readCorpus('honest').filter(({ flavors }) => flavors.includes(flavor));
    let fixture: Fixture;
    let client: PlainClient;

    suiteSetup(async () => {
      const server = await startServer(flavor, ['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=ON']);
      await loadSample(server);
      await loadCorpusDatabases(server);
      fixture = await Fixture.create(server);
      client = new PlainClient(server);
    });
    suiteTeardown(async () => {
      await client.close();
      await fixture.dispose();
    });

    for (const mode of MODES)
      test(`give the rows and column names of the original in sql_mode '${mode}'`, async () => {
        const dialect = dialectOf(flavor, DIALECTS[flavor].version, mode);
        assert.ok(dialect !== undefined);
        const failures: string[] = [];
        let refused = 0;
        for (const one of honest) {
          const outcome = await compareWithPrinted(one, { parseStatements, print }, client, dialect, mode);
          if (outcome.kind === 'refused by the server') refused++;
          if (outcome.kind === 'differs') failures.push(`${one.sql} → ${outcome.what}; printed: ${outcome.printed}`);
        }
        assert.deepEqual(failures, []);
        assert.ok(refused <= REFUSED_AT_MOST, `${String(refused)} of ${String(honest.length)} were not run at all`);
      });
  });
}
