import assert from 'node:assert/strict';
import { Database } from '../../src/engine/connection/database.ts';
import { isPilotError } from '../../src/engine/errors.ts';
import type { ReadSources } from '../../src/engine/query/results/readSources.ts';
import { currentDepth } from '../harness/depth.ts';
import { startServer } from '../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../harness/servers/testServer.ts';
import { QueryGenerator } from './lineage/queryGenerator.ts';
import { columnsIn, createDatabases, DATABASES } from './lineage/schema.ts';

/** How many queries are tried on each server: as many as LINEAGE_QUERIES says, or by the depth. */
const COUNT = Number(process.env['LINEAGE_QUERIES'] ?? (currentDepth() === 'full' ? 5000 : 300));
const SEED = Number(process.env['LINEAGE_SEED'] ?? 20_261_129);
const LIMITS = { maxRows: 1000, maxCharacters: 1_000_000 };
const FLAVORS: readonly Flavor[] = ['mysql', 'mariadb'];

/** Each base column has values found nowhere else: what an answer shows must be in its receipt. */
suite('receipts against values', function () {
  this.timeout(0);

  for (const flavor of FLAVORS)
    test(`no value of random queries is of a column that the receipt lacks (${flavor})`, async () => {
      const server = await startServer(flavor);
      try {
        const admin = await adminConnection(server);
        await createDatabases(admin);
        await admin.end();
        const { lacking, answered, known } = await tryQueries(server, flavor);
        console.log(`      ${String(answered)} of ${String(COUNT)} answered; of tables in receipts ${known} have their columns by name`);
        assert.deepEqual(lacking, []);
        assert.ok(answered >= COUNT * 0.3, `only ${String(answered)} were answered`);
      } finally {
        await server.dispose();
      }
    });
});

interface Tried {
  readonly lacking: readonly string[];
  readonly answered: number;
  /** How many tables of all receipts are there with their columns by name, as a part. */
  readonly known: string;
}

async function tryQueries(server: TestServer, flavor: Flavor): Promise<Tried> {
  let database = open(server);
  const generator = new QueryGenerator(SEED, flavor);
  const lacking: string[] = [];
  let [answered, tables, named] = [0, 0, 0];
  for (let i = 0; i < COUNT && lacking.length < 5; i++) {
    const sql = generator.next();
    let sources: ReadSources | undefined;
    const seen = { rows: (found: ReadSources) => (sources = found), structure: () => undefined, facts: () => undefined };
    try {
      const [result] = await database.seenBy(seen).reads.query(sql, { limits: LIMITS, timeoutMs: 10_000 });
      assert.ok(result !== undefined && sources !== undefined, sql);
      answered++;
      tables += sources.tables.length;
      named += sources.tables.filter(({ all }) => !all).length;
      const shown = new Set(result.rows.flatMap((row) => row.flatMap((cell) => columnsIn(cell ?? ''))));
      for (const column of shown) if (!isIn(column, sources)) lacking.push(`${sql}\n  shows ${column}; ${JSON.stringify(sources.tables)}`);
    } catch (error) {
      if (!isPilotError(error)) throw error;
      if (error.code !== 'connection.lost' && error.code !== 'host.unreachable') continue; // refused, or an error of the server
      await database.close(); // MySQL 9.7.4 crashes of some queries with INTERSECT
      await server.kill();
      await server.start();
      database = open(server);
    }
  }
  await database.close();
  return { lacking, answered, known: `${((100 * named) / tables).toFixed(0)} %` };
}

function open({ host, port, root }: TestServer): Database {
  const target = { host, port, user: root.user, database: DATABASES[0], tls: 'preferred' as const };
  return new Database(target, { password: () => Promise.resolve(root.password), warn: () => undefined }, undefined);
}

/** A generated column has the values of its source. */
function isIn(shown: string, { tables }: ReadSources): boolean {
  const [table = '', ...rest] = shown.split('.');
  const column = rest.join('.').toLowerCase();
  return tables.some(
    ({ name, all, columns, maybe }) =>
      name === table &&
      (all || [...columns, ...maybe].some((one) => one.toLowerCase() === column || (table === 't7' && one.toLowerCase() === `g${column}`))),
  );
}
