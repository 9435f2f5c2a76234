import assert from 'node:assert/strict';
import { judgeColumns, type ColumnJudgement } from '../../src/engine/lineage/judgeColumns.ts';
import { currentDepth, full } from '../harness/depth.ts';
import type { Flavor } from '../harness/servers/testServer.ts';
import { ALLOWED, FORBIDDEN, FOR_PSEUDONYMS, SENT, TRACED } from '../unit/engine/lineage/useCases.ts';
import { judged, sent, sources } from '../unit/engine/lineage/sample.ts';
import { FAULTS, judgeWith, removeFaults } from './lineage/faults.ts';
import { QueryGenerator } from './lineage/queryGenerator.ts';
import { checkQuery, SessionEnded, type Judge, type Outcome } from './lineage/reference.ts';
import { sameJudgement } from './lineage/sameJudgement.ts';
import { actionOf } from './lineage/schema.ts';
import { openLineageServer, type LineageServer } from './lineage/servers.ts';

/** How many queries are tried on each server: as many as LINEAGE_QUERIES says, or by the depth. */
const COUNT = Number(process.env['LINEAGE_QUERIES'] ?? (currentDepth() === 'full' ? 20_000 : 500));
const SEED = Number(process.env['LINEAGE_SEED'] ?? 20_261_128);
/** For each fault; only those that it judges in another way are run. */
const FAULT_COUNT = 4200;

const judge = (...[statement, catalog]: Parameters<Judge>): ColumnJudgement => judgeColumns(statement, catalog, actionOf);
const FLAVORS: readonly Flavor[] = ['mysql', 'mariadb'];

suite('lineage against values', function () {
  this.timeout(0);
  const servers: LineageServer[] = [];
  let foundByValues = 0;

  suiteSetup(async () => {
    for (const flavor of FLAVORS) servers.push(await openLineageServer(flavor));
  });
  suiteTeardown(async () => {
    removeFaults();
    for (const server of servers) await server.dispose();
  });

  for (const flavor of FLAVORS)
    test(`no output of ${String(COUNT)} random queries shows or depends on a protected value beyond its action (${flavor})`, async () => {
      const server = servers.find((one) => one.flavor === flavor) ?? assert.fail();
      const generator = new QueryGenerator(SEED, flavor);
      const kinds: Record<string, number> = {};
      const wrong: string[] = [];
      for (let i = 0; i < COUNT && wrong.length < 5; i++) {
        const outcome = await survive(server, () => checkQuery(generator.next(), judge, server, i % 4 === 0));
        kinds[outcome.kind] = (kinds[outcome.kind] ?? 0) + 1;
        if (outcome.kind === 'wrong') wrong.push(outcome.what);
      }
      console.log(`      ${JSON.stringify(kinds)}, ${String(generator.productions.size)} productions`);
      assert.deepEqual(wrong, []);
      assert.ok((kinds['crashed'] ?? 0) <= 1 + COUNT / 20_000, JSON.stringify(kinds));
      assert.ok((kinds['answered'] ?? 0) >= COUNT * 0.2, JSON.stringify(kinds));
      const rare = [...generator.productions].filter(([, count]) => count < COUNT / 2000);
      assert.deepEqual(rare, [], 'every production is used');
      assert.ok(generator.productions.size >= 85, String(generator.productions.size));
    });

  for (const fault of FAULTS)
    full(
      test(`finds a fault: ${fault.what}`, async () => {
        const faulty = await judgeWith(fault);
        const byCases = findByCases(faulty);
        assert.ok(byCases !== undefined, 'no case finds it, whatever the generator does');
        const byValues = await findByValues(faulty, servers);
        if (byValues !== undefined) foundByValues++;
        console.log(`      ${(byValues ?? byCases).slice(0, 160)}`);
      }),
    );

  full(
    test('values alone find 20 of the faults', () => {
      assert.ok(foundByValues >= 20, String(foundByValues));
    }),
  );
});

/** MySQL 9.7.4 crashes of some queries with INTERSECT: they show nothing, and the next ones need a server. */
async function survive(server: LineageServer, check: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof SessionEnded)) throw error;
    console.log(`      crashes ${server.flavor}: ${error.message}`);
    await server.restart();
    return { kind: 'crashed' };
  }
}

async function findByValues(faulty: typeof judgeColumns, servers: readonly LineageServer[]): Promise<string | undefined> {
  const judgeFaulty: Judge = (statement, catalog) => {
    const judgement = faulty(statement, catalog, actionOf);
    return sameJudgement(judgement, judge(statement, catalog), catalog.dialect) ? undefined : judgement;
  };
  for (const server of servers) {
    const generator = new QueryGenerator(SEED + 1, server.flavor);
    for (let i = 0; i < FAULT_COUNT; i++) {
      const outcome = await survive(server, () => checkQuery(generator.next(), judgeFaulty, server, true));
      if (outcome.kind === 'wrong')
        return `by query ${String(i)} (${server.flavor}): ${outcome.what.split('\n').slice(-1)[0]?.trim() ?? ''}`;
    }
  }
  return undefined;
}

/** Statements with a known judgement. */
function findByCases(faulty: typeof judgeColumns): string | undefined {
  for (const column of ['m1', 'p1', 'h1'])
    for (const sql of FORBIDDEN)
      if (!judged(sql.replaceAll('#', column), { judge: faulty }).startsWith('refused')) return `by the case ${sql} of ${column}`;
  for (const [sql, masked, pseudonymized] of ALLOWED)
    if (
      judged(sql.replaceAll('#', 'm1'), { judge: faulty }) !== masked ||
      judged(sql.replaceAll('#', 'p1'), { judge: faulty }) !== pseudonymized
    )
      return `by the case ${sql}`;
  for (const [sql, expected] of TRACED) if (sources(sql, { judge: faulty }) !== expected) return `by the case ${sql}`;
  for (const [sql, text] of SENT) if (sent(sql, { judge: faulty }) !== text) return `by the case ${sql}`;
  for (const [sql, actions] of FOR_PSEUDONYMS) if (judged(sql, { judge: faulty }) !== actions) return `by the case ${sql}`;
  return undefined;
}
