import assert from 'node:assert/strict';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';
import type { Forecast } from '../../../../src/engine/ddl/forecast.ts';
import type { Connection } from 'mysql2/promise';
import { currentDepth } from '../../../harness/depth.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { CORPORA } from './corpus.ts';
import type { Case } from './corpusCase.ts';
import { prepare, tryStatement, type Trial } from './trial.ts';

const OPTIONS = { database: 'tried', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** For a pull request every tenth: the servers need a minute for all. */
const isTried = (_: Case, i: number): boolean => currentDepth() === 'full' || i % 10 === 0;

for (const flavor of flavors) {
  suite(`forecasts of definitions on ${flavor}`, function () {
    this.timeout(900_000);
    let server: TestServer;
    let connection: Connection;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      database = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, tls: 'preferred' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await connection.end();
      await database.close();
      await server.dispose();
    });

    for (const { name, tables, cases } of CORPORA)
      test(`say what the server then does on a full copy: the algorithm, the lock, or the error (${name})`, async () => {
        const wrong: string[] = [];
        let [count, unknown] = [0, 0];
        for (const { sql } of cases.filter(({ only }) => only === undefined || only === flavor).filter(isTried)) {
          await prepare(connection, sql, tables);
          // The server is asked anew for foreign keys: they are kept for half a minute.
          await database.schema.foreignKeys(true);
          const { statements } = await database.diagnostics.forecast(sql, OPTIONS);
          for (const forecast of statements) {
            count++;
            const trial = await tryStatement(connection, forecast.text, flavor);
            if (isOpen(forecast, trial)) unknown++;
            else if (!agrees(forecast, trial))
              wrong.push(
                `${forecast.text}\n   said: ${said(forecast)} ${JSON.stringify(forecast.outcome)}\n   done: ${done(trial)} ${trial.message ?? ''}`,
              );
          }
        }
        assert.deepEqual(wrong, [], `${String(wrong.length)} of ${String(count)}, ${String(unknown)} unknown`);
        assert.ok(unknown <= count * 0.03, `${String(unknown)} of ${String(count)} unknown`);
      });
  });
}

/** Errors of rows, which a forecast that says "rows not checked" leaves open. */
const OF_ROWS = new Set([1062, 1138, 1265, 1292, 1365, 1406, 1452, 1526, 3140, 3819, 4025]);

function isOpen({ outcome, notes }: Forecast, { errno = 0 }: Trial): boolean {
  return outcome.kind === 'unknown' || (OF_ROWS.has(errno) && notes.some((note) => inEnglish(note).startsWith('rows not checked')));
}

/** A statement with clauses of its own, or with nothing to do, is run as it is. */
function agrees(forecast: Forecast, trial: Trial): boolean {
  if (said(forecast) === done(trial)) return true;
  const isGiven =
    /ALGORITHM\s*=|LOCK\s*=|ALTER ONLINE/.test(forecast.text) &&
    forecast.outcome.kind === 'way' &&
    forecast.outcome.way.algorithm !== 'COPY';
  const isIdle = forecast.notes.some((note) => inEnglish(note).startsWith('nothing is done'));
  return (isGiven && done(trial) === 'runs') || (isIdle && done(trial) === 'INSTANT NONE');
}

function said({ outcome }: Forecast): string {
  if (outcome.kind === 'fails') return `error ${String(outcome.errno)}`;
  return outcome.kind === 'way' ? wayText(outcome.way) : 'runs';
}

function done(trial: Trial): string {
  if (trial.errno !== undefined) return `error ${String(trial.errno)}`;
  return trial.algorithm === undefined ? 'runs' : wayText(trial);
}

function wayText({ algorithm = '', lock = '', rebuilds = false }: Partial<Trial>): string {
  return `${algorithm} ${lock}${rebuilds ? ' rebuild' : ''}`;
}
