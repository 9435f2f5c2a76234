import { parseArgs } from 'node:util';
import { parseStatements } from '../src/engine/sql/parser/parse.ts';
import { print } from '../src/engine/sql/printer/print.ts';
import { loadSample } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { readCorpus } from '../test/security/corpus.ts';
import { loadCorpusDatabases } from '../test/security/corpusDatabases.ts';
import { Fixture } from '../test/security/fixture.ts';
import { Random } from '../test/security/fuzz/random.ts';
import { runSplices } from '../test/security/fuzz/splice.ts';
import { DIALECTS } from '../test/security/trivia.ts';

/** `npm run fuzz:splice -- --count 100000 --seed 1`: pieces of the honest corpus, half for each server; what differs between a text and its printed text. */
const { values } = parseArgs({ options: { count: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } } });

let failed = 0;
for (const flavor of ['mysql', 'mariadb'] as const) {
  const server = await startServer(flavor, ['--log-bin=bin', '--server-id=1', '--log-bin-trust-function-creators=ON']);
  await loadSample(server);
  await loadCorpusDatabases(server);
  const fixture = await Fixture.create(server);
  const cases = readCorpus('honest').filter(
    ({ flavors, database, sql }) => flavors.includes(flavor) && database !== 'retail' && sql.length < 400,
  );
  const began = performance.now();
  const report = await runSplices(
    server,
    DIALECTS[flavor],
    cases,
    { parseStatements, print },
    Math.ceil(Number(values.count) / 2),
    new Random(Number(values.seed)),
  );
  const { total, compared, refused, lenient, failures } = report;
  console.log(
    `${flavor}: ${String(total)} statements in ${String(Math.round((performance.now() - began) / 1000))} s; ${String(compared)} compared, ` +
      `${String(refused.length)} refused that the server runs, ${String(lenient.length)} taken that are syntax errors there, ${String(failures.length)} failures`,
  );
  for (const line of refused) console.log(`  refused: ${line}`);
  for (const line of lenient) console.log(`  lenient: ${line}`);
  for (const line of failures) console.log(`  ✘ ${line}`);
  failed += failures.length;
  await fixture.dispose();
}
process.exit(failed === 0 ? 0 : 1);
