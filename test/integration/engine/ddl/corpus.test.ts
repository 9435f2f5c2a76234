import assert from 'node:assert/strict';
import type { Database } from '../../../../src/engine/connection/database.ts';
import type { Forecast } from '../../../../src/engine/ddl/forecast.ts';
import type { Connection } from 'mysql2/promise';
import { currentDepth } from '../../../harness/depth.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
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
    let trying: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      await connection.query('DROP DATABASE IF EXISTS scratch_copies');
      await connection.query('CREATE DATABASE scratch_copies CHARACTER SET latin1');
      const open = (scratchDatabase?: string): Promise<Database> => openAs(server, { scratchDatabase });
      database = await open();
      trying = await open('scratch_copies');
    });
    suiteTeardown(async () => {
      await connection.query('DROP DATABASE scratch_copies');
      await connection.end();
      await Promise.all([database.close(), trying.close()]);
      await server.dispose();
    });

    for (const { name, tables, cases } of CORPORA) {
      const chosen = cases.filter(({ only }) => only === undefined || only === flavor).filter(isTried);
      test(`say what the server then does on a full copy: the algorithm, the lock, or the error (${name})`, async () => {
        const report = new Report();
        for (const { sql } of chosen) {
          await prepare(connection, sql, tables);
          // The server is asked anew for foreign keys: they are kept for half a minute.
          await database.schema.foreignKeys(true);
          const { statements } = await database.diagnostics.forecast(sql, OPTIONS);
          for (const forecast of statements) report.add(forecast, await tryStatement(connection, forecast.text, flavor));
        }
        report.check();
      });

      test(`say the same where the statements are tried on empty copies, which are gone then (${name})`, async () => {
        const report = new Report();
        for (const { sql } of chosen) {
          await prepare(connection, sql, tables);
          await trying.schema.foreignKeys(true);
          const { statements, trial } = await trying.diagnostics.forecast(sql, OPTIONS);
          assert.equal(trial?.reason, undefined, sql);
          for (const forecast of statements) report.add(forecast, await tryStatement(connection, forecast.text, flavor));
        }
        report.check();
        const [left] = await connection.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'scratch_copies'");
        assert.deepEqual(left, []);
      });
    }
  });
}

class Report {
  readonly #wrong: string[] = [];
  readonly #disagreements: string[] = [];
  #count = 0;
  #tried = 0;
  #unknown = 0;

  add(forecast: Forecast, trial: Trial): void {
    this.#count++;
    if (forecast.tried === true) this.#tried++;
    const disagreement = forecast.notes.map(inEnglish).find((note) => note.startsWith('the manual says otherwise'));
    if (disagreement !== undefined)
      this.#disagreements.push(`${forecast.text}\n   tried: ${said(forecast)}; ${disagreement}; done: ${done(trial)}`);
    if (isOpen(forecast, trial)) this.#unknown++;
    else if (!agrees(forecast, trial))
      this.#wrong.push(
        `${forecast.text}\n   said: ${said(forecast)} ${JSON.stringify(forecast.outcome)} ${JSON.stringify(forecast.tried)}\n   done: ${done(trial)} ${trial.message ?? ''}`,
      );
  }

  check(): void {
    const figures = `${String(this.#wrong.length)} wrong of ${String(this.#count)}, ${String(this.#tried)} tried, ${String(this.#unknown)} unknown`;
    assert.deepEqual([this.#wrong, this.#disagreements], [[], []], figures);
    assert.ok(this.#unknown <= this.#count * 0.03, figures);
  }
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
