import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { TestBroker } from '../harness/mcp/testBroker.ts';
import { ROOT } from '../harness/root.ts';
import { run } from '../harness/run.ts';
import { loadSample, SAMPLE } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, serverUrl } from '../harness/servers/testServer.ts';
import { loadWarehouse } from '../harness/servers/warehouse.ts';
import { longResults, lookUps, throughput, type LongAnswer } from './calls.ts';
import { before, BEFORE, dbhubs, least, ours, READ_ONLY_RIVAL, rivals, sdkAlone, startedByWindow, type Contestant } from './contestants.ts';
import { earlierBuild, FIRST_EDITION } from './earlierBuild.ts';
import { exportByClient, exportMillion, loadLarge, readMillion, readMillionRaw } from './large.ts';
import { rawPool } from './raw.ts';
import { once, valuesOf, type Curve, type Figure, type Results } from './results.ts';
import { schemaFigures } from './schemas.ts';
import { memories, starts } from './starts.ts';
import { curves } from './growth.ts';
import { shippedFigures } from './shipped.ts';

/**
 * `npm run bench` (two minutes: ours against the floors), `npm run bench:goals` (against what goals are set against: the first edition and dbhub),
 * `npm run bench:rivals` (with all other servers), `npm run bench:full` (all of it, twelve rounds, with growth).
 * Writes out/bench/results.json; `npm run bench:page` makes docs/benchmarks.md from it.
 */
const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    goals: { type: 'boolean', default: false },
    rivals: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const { full } = values;
const effort = full ? { rounds: 12, calls: 300 } : { rounds: 5, calls: 100 };
const wanted = (group: string): boolean => values.only === undefined || values.only.split(',').includes(group);
const NAME = 'MySQL Pilot';

await run(process.execPath, ['esbuild.js'], { cwd: ROOT });
const withRivals = full || values.rivals;
const othersOf = withRivals ? rivals : values.goals ? dbhubs : () => Promise.resolve([]);
const server = await startServer('mysql', withRivals ? ['--port=3306'] : []); // one of the others knows no other port
await loadSample(server);
await loadLarge(server, full);
const folder = await mkdtemp(path.join(tmpdir(), 'mpt-bench-'));
const plain = (name: string, mode: string): Contestant => {
  const url = `${serverUrl(server, SAMPLE.reader, SAMPLE.database)}?ssl-mode=${mode}`;
  const contestant = ours({ server, folder });
  return { ...contestant, name, launch: { ...contestant.launch, env: { MYSQL_URL: url, MYSQL_DATA_DIR: folder } } };
};
const pilot = plain(NAME, 'disabled');
const others = await othersOf({ server, folder });
const formerly = full || values.goals ? [before(pilot, await earlierBuild(FIRST_EDITION))] : [];
const contestants = [pilot, ...formerly, least({ server }), sdkAlone({ server }), ...others];
const broker = await TestBroker.start();
broker.add(server, { ...SAMPLE.reader, tls: 'disabled' });
const all = [pilot, startedByWindow(pilot, broker.rendezvous), ...contestants.slice(1)];
const raw = rawPool(server);
const figures: Figure[] = [];
const ratioOf = (figure: Omit<Figure, 'met'>): number => figure.values[NAME]?.ratio?.median ?? NaN;
/** Ours as a multiple of another's; undefined where that one did not run. */
function against(figure: Omit<Figure, 'met'>, name: string): number | undefined {
  const [mine, theirs] = [NAME, name].map((of) => figure.values[of]?.value.median);
  return mine === undefined || theirs === undefined ? undefined : mine / theirs;
}

/** The quickest of some servers. */
const quickest = (figure: Omit<Figure, 'met'>, names: readonly string[]): string =>
  names.toSorted((a, b) => (against(figure, b) ?? 0) - (against(figure, a) ?? 0))[0] ?? '';

/** Whether each multiple keeps its bound; undefined where one of them was not measured. */
function keeps(...bounds: readonly (readonly [multiple: number | undefined, most: number])[]): boolean | undefined {
  return bounds.some(([multiple]) => multiple === undefined) ? undefined : bounds.every(([multiple = Infinity, most]) => multiple <= most);
}

let load = 0;
/** After each figure, so that what was measured is there however the run ends. */
const save = async (grown: readonly Curve[] = []): Promise<void> => {
  const [cpu] = cpus();
  load = Math.max(load, loadavg()[1] ?? 0);
  const results: Results = {
    machine: `${String(cpus().length)} × ${cpu?.model ?? 'unknown'}, ${String(Math.round(totalmem() / 2 ** 30))} GB, ${process.platform}`,
    database: server.label,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    rounds: effort.rounds,
    command: process.argv.slice(2).join(' '),
    load,
    contestants: all.map(({ name, checks }) => ({ name, checks })),
    figures,
    curves: grown,
  };
  const out = path.join(ROOT, 'out/bench');
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, 'results.json'), `${JSON.stringify(results, undefined, 1)}\n`);
};
type Reached = (ratio: number, value: number, figure: Omit<Figure, 'met'>) => boolean | undefined;
const add = async (figure: Omit<Figure, 'met'>, reached: Reached): Promise<void> => {
  const met = reached(ratioOf(figure), figure.values[NAME]?.value.median ?? NaN, figure);
  figures.push({ ...figure, met });
  await save();
  console.log(`${met === undefined ? 'no word' : met ? 'reached' : 'MISSED '}  ${figure.figure} (goal: ${figure.goal})`);
  for (const [name, { value, ratio, note }] of Object.entries(figure.values)) {
    const times = ratio === undefined ? '' : `, ${ratio.median.toFixed(2)} × (${ratio.lower.toFixed(2)}–${ratio.upper.toFixed(2)})`;
    console.log(
      `    ${name}: ${value.median.toFixed(value.median < 10 ? 3 : 1)} ${figure.unit}${times}${note === undefined ? '' : `; ${note}`}`,
    );
  }
};

const SHORT_CALL = "at most 1.1 × the first edition, and faster than dbhub's, read-only";
const shortCall: Reached = (_, __, figure) => keeps([against(figure, BEFORE), 1.1], [against(figure, READ_ONLY_RIVAL), 1]);
const PER_SECOND = "more than dbhub's, read-only";
const calls: Reached = (_, __, figure) => {
  const multiple = against(figure, READ_ONLY_RIVAL);
  return multiple === undefined ? undefined : multiple > 1;
};

if (wanted('start')) {
  const { toTools, toFirstRow } = await starts(all, full ? 12 : 7);
  const how = 'A process is started and spoken to over stdio by a light client; the baseline is `node -e 0` from spawn to its end.';
  await add(
    { figure: 'From spawn to the list of tools', how, unit: 'ms', goal: 'at most 3.2 × bare Node', values: valuesOf(toTools, 'node') },
    (ratio) => ratio <= 3.2,
  );
  await add(
    {
      figure: 'From spawn to the first row',
      how: `${how} No TLS.`,
      unit: 'ms',
      goal: 'at most 4.5 × bare Node',
      values: valuesOf(toFirstRow, 'node'),
    },
    (ratio) => ratio <= 4.5,
  );
}
if (wanted('calls')) {
  const how =
    'One row of 5 columns by primary key, one call after the other, without TLS; raw is `pool.query` of mysql2 in the measuring process, with as many sessions.';
  await add(
    {
      figure: "Point look-up, with the SDK's client",
      how,
      unit: 'ms',
      goal: SHORT_CALL,
      values: valuesOf(await lookUps(raw, all, "the SDK's client", effort), 'raw'),
    },
    shortCall,
  );
  await add(
    {
      figure: 'Point look-up, with a light client',
      how,
      unit: 'ms',
      goal: SHORT_CALL,
      values: valuesOf(await lookUps(raw, all, 'a light client', effort), 'raw'),
    },
    shortCall,
  );
  const rawTls = rawPool(server, SAMPLE.database, true);
  const overTls = plain(NAME, 'required');
  const tls = await lookUps(
    rawTls,
    [overTls, ...formerly.map(({ launch }) => before(overTls, launch.args[0] ?? ''))],
    'a light client',
    effort,
  );
  await rawTls.end();
  await add(
    {
      figure: 'Point look-up, with a light client, over TLS',
      how: how.replace('without', 'with'),
      unit: 'ms',
      goal: 'at most 1.1 × the first edition',
      values: valuesOf(tls, 'raw'),
    },
    (_, __, figure) => keeps([against(figure, BEFORE), 1.1]),
  );
  const many = { ...effort, calls: 4 * effort.calls };
  const bySdk = await throughput(raw, contestants, "the SDK's client", many);
  await add(
    {
      figure: "Calls per second, 16 at a time, with the SDK's client",
      how: "The same look-up, without TLS. The SDK's client is in the measuring process, and its time is part of every figure but raw's.",
      unit: '/s',
      goal: PER_SECOND,
      values: valuesOf(bySdk.perSecond, 'raw'),
    },
    calls,
  );
  const { perSecond, cpuMs } = await throughput(raw, contestants, 'a light client', many);
  const together = 'The same look-up, 16 at a time, with a light client, without TLS.';
  await add(
    {
      figure: 'Calls per second, 16 at a time, with a light client',
      how: together,
      unit: '/s',
      goal: PER_SECOND,
      values: valuesOf(perSecond, 'raw'),
    },
    calls,
  );
  await add(
    {
      figure: 'CPU time of the server process per call',
      how: together,
      unit: 'ms',
      goal: "at most dbhub's, read-only",
      values: valuesOf(cpuMs, 'raw'),
    },
    (_, __, figure) => keeps([against(figure, READ_ONLY_RIVAL), 1]),
  );
}
if (wanted('memory')) {
  const how = 'Resident memory of the server process three seconds after one query.';
  await add(
    {
      figure: 'Memory',
      how,
      unit: 'MB',
      goal: 'at most 12 MB over the first edition',
      values: valuesOf(await memories(contestants, full ? 3 : 1)),
    },
    (_, value, figure) => {
      const then = figure.values[BEFORE]?.value.median;
      return then === undefined ? undefined : value <= then + 12;
    },
  );
}
if (wanted('rows')) {
  const { ms, answers } = await longResults(raw, contestants, { rounds: 2 * effort.rounds, sql: 'SELECT * FROM tenthousand' });
  const held = ({ bytes, rows }: LongAnswer): string =>
    `${(bytes / 1e6).toFixed(2)} MB${rows < 10_000 ? `, only ${String(rows)} rows` : ''}`;
  const noted = Object.entries(valuesOf(ms, 'raw')).map(([name, value]) => {
    const answer = answers.get(name);
    return [name, answer === undefined ? value : { ...value, note: held(answer) }] as const;
  });
  const whole = others.map(({ name }) => name).filter((name) => (answers.get(name)?.rows ?? 0) >= 10_000);
  await add(
    {
      figure: '10,000 rows of 8 columns',
      how: 'In one answer, in the form that a server has by default, without TLS; raw is `pool.query` and `JSON.stringify` of the rows as objects.',
      unit: 'ms',
      goal: 'as fast as the fastest other server that answers with all of them',
      values: Object.fromEntries(noted),
    },
    (_, __, figure) => keeps([against(figure, quickest(figure, whole)), 1]),
  );
}
if (full && wanted('million')) {
  const { ms, peakMb, says } = await readMillionRaw(server);
  const found: [string, ReturnType<typeof once>][] = [['raw', once(ms, `peak ${peakMb.toFixed(0)} MB; ${says}`)]];
  for (const contestant of contestants) {
    const read = await readMillion(contestant);
    found.push([contestant.name, once(read.ms, `peak ${read.peakMb.toFixed(0)} MB; ${read.says}`)]);
  }
  const peak = Number(/peak (\d+)/.exec(found[1]?.[1].note ?? '')?.[1]);
  await add(
    {
      figure: '`SELECT *` of 1,000,000 rows',
      how: 'Asked without a LIMIT, in the configuration of the start.',
      unit: 'ms',
      goal: 'an answer in 30 ms, said to be cut, peak 80 MB',
      values: Object.fromEntries(found),
    },
    (_, value) => value <= 30 && peak <= 80,
  );
  const client = await exportByClient(server, path.join(folder, 'batch.tsv'));
  const times = [];
  for (let i = 0; i < 5; i++) times.push(await exportMillion(pilot, `million${String(i)}`));
  const best = times.toSorted((a, b) => a.ms - b.ms)[2];
  await add(
    {
      figure: 'Export of 1,000,000 rows to CSV',
      how: '`mysql_export`, the median of five; the baseline is `mysql --batch --quick` into a file.',
      unit: 'ms',
      goal: 'at most 1.0 × the client, peak 120 MB',
      values: {
        'mysql --batch': once(client.ms, client.says),
        [NAME]: {
          ...once(best?.ms ?? NaN, `peak ${(best?.peakMb ?? NaN).toFixed(0)} MB; ${best?.says ?? ''}`),
          ratio: once((best?.ms ?? NaN) / client.ms).value,
        },
      },
    },
    (ratio) => ratio <= 1 && (best?.peakMb ?? NaN) <= 120,
  );
}
if (wanted('schema')) {
  await loadWarehouse(server, 5000);
  await execute(server, `GRANT SELECT ON warehouse.* TO '${SAMPLE.reader.user}'@'%'`);
  const inWarehouse = await othersOf({ server, folder, database: 'warehouse' });
  for (const { reached, ...figure } of await schemaFigures(contestants, inWarehouse, effort.rounds)) await add(figure, reached);
}
if (wanted('shipped')) for (const { reached, ...figure } of await shippedFigures(full)) await add(figure, reached);
if (full && wanted('growth')) await save(await curves(server, folder));
await raw.end();
await broker.dispose();
await server.dispose();
await rm(folder, { recursive: true });

console.log(
  `${String(figures.filter(({ met }) => met).length)} of ${String(figures.length)} goals are reached; out/bench/results.json holds it all.`,
);
process.exit(0);
