import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import mysql, { type Connection } from 'mysql2/promise';
import * as z from 'zod';
import { StandaloneSetup } from '../test/harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../test/harness/mcp/stdioClient.ts';
import { ROOT } from '../test/harness/root.ts';
import { compareTimings, median, type Ratios } from './timings/compare.ts';

/**
 * `npm run timings`, after a build: the built server against raw mysql2 and bare Node, as ratios of medians of interleaved rounds. `--compare` fails where a ratio
 * has risen over what .github/timings.json holds, `--record` writes that file. For the weekly look alone: wall time fails no test. `--measured` is for tests.
 */
/** Until both sides are compiled: before, ratios differ by half from run to run. */
const WARM_UP = 200;
const ROUNDS = 600;
const STARTS = 30;
const POINT = 'SELECT * FROM orders WHERE id = ?';
const MANY = 'SELECT order_id, line_no, product_id, quantity, unit_price, quantity * unit_price AS amount FROM order_items LIMIT 2000';

const { values } = parseArgs({
  options: {
    compare: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    recorded: { type: 'string', default: path.join(ROOT, '.github/timings.json') },
    measured: { type: 'string' },
  },
});
const read = (file: string): Ratios => z.record(z.string(), z.number().positive()).parse(JSON.parse(readFileSync(file, 'utf8')));
const measured = values.measured === undefined ? await measure() : read(values.measured);
for (const [what, ratio] of Object.entries(measured)) console.log(`${what}: ${ratio.toFixed(2)}`);
if (values.record) writeFileSync(values.recorded, `${JSON.stringify(measured, undefined, 2)}\n`);
const complaints = values.compare ? compareTimings(read(values.recorded), measured) : [];
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;

async function measure(): Promise<Ratios> {
  const setup = await StandaloneSetup.start();
  const {
    MYSQL_HOST: host = '',
    MYSQL_PORT: port = '',
    MYSQL_USER: user = '',
    MYSQL_PASSWORD: password = '',
    MYSQL_DB: database = '',
  } = setup.env;
  const raw = await mysql.createConnection({ host, port: Number(port), user, password, database });
  const client = await StdioClient.launch({ args: [], env: setup.env });
  try {
    const start = (): Promise<void> => StdioClient.launch({ args: [], env: setup.env }).then((one) => one.close());
    return {
      'start to initialized / bare Node': round(await ratio(start, () => bareNode(), STARTS, 2)),
      'point look-up / raw mysql2': round(
        await ratio(
          () => query(client, POINT, [7]),
          () => raw.execute(POINT, [7]),
        ),
      ),
      '2000 rows / raw mysql2 with JSON': round(
        await ratio(
          () => query(client, MANY),
          () => rawJson(raw),
        ),
      ),
    };
  } finally {
    await client.close();
    await raw.end();
    await setup.dispose();
  }
}

async function ratio(ours: () => Promise<unknown>, theirs: () => Promise<unknown>, rounds = ROUNDS, warmUp = WARM_UP): Promise<number> {
  const time = async (run: () => Promise<unknown>): Promise<number> => {
    const started = performance.now();
    await run();
    return performance.now() - started;
  };
  const times: [number, number][] = [];
  for (let i = -warmUp; i < rounds; i++) {
    const pair: [number, number] = [await time(ours), await time(theirs)];
    if (i >= 0) times.push(pair);
  }
  return median(times.map(([one]) => one)) / median(times.map(([, other]) => other));
}

async function query(client: StdioClient, sql: string, params?: readonly unknown[]): Promise<void> {
  const { text, isError } = await client.call('mysql_query', {
    sql,
    maxRows: 2000,
    maxCharacters: 500_000,
    ...(params === undefined ? {} : { params }),
  });
  if (isError) throw new Error(text);
}

async function rawJson(raw: Connection): Promise<string> {
  const [rows] = await raw.query(MANY);
  return JSON.stringify(rows);
}

function bareNode(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', () => {
      resolve();
    });
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
