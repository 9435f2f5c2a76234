import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../harness/root.ts';
import { BEFORE } from './contestants.ts';
import { FIRST_EDITION } from './earlierBuild.ts';
import { growth } from './figures.ts';
import type { Curve, Figure, Results, Value } from './results.ts';

/** `npm run bench:page`: docs/benchmarks.md, and the numbers beside it, from what the last run wrote. */
const results = JSON.parse(await readFile(path.join(ROOT, 'out/bench/results.json'), 'utf8')) as Results;

/** What could not be measured is NaN, which JSON writes as null. */
const isMeasured = (value: number | null): value is number => value !== null && !Number.isNaN(value);
const number = (value: number | null): string => (!isMeasured(value) ? '—' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0));
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;');

function line(name: string, { value, ratio, note }: Value, unit: string): string {
  const one = value.rounds === 1;
  const times =
    ratio === undefined
      ? ''
      : ratio.rounds === 1
        ? number(ratio.median)
        : `${number(ratio.median)} (${number(ratio.lower)}–${number(ratio.upper)})`;
  const measured = `${number(value.median)} ${unit}${one ? '' : ` (${number(value.lower)}–${number(value.upper)})`}`;
  return `| ${name} | ${measured} | ${times} | ${cell(note ?? '')} |`;
}

function section({ figure, how, unit, goal, met, values }: Figure): string {
  const lines = Object.entries(values).map(([name, value]) => line(name, value, unit));
  return [
    `### ${figure}`,
    '',
    `${how} Goal: ${goal}: **${met === undefined ? 'not measured' : met ? 'reached' : 'missed'}**.`,
    '',
    '| | median (quartiles) | × the baseline | |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function curve({ figure, n, unit, points }: Curve): string {
  const largest = Math.max(...points.map(({ cost }) => cost));
  const bars = points.map(
    ({ n: count, cost }) =>
      `| ${count.toLocaleString('en-US')} | ${number(cost)} | ${'█'.repeat(Math.max(1, Math.round((30 * cost) / largest)))} |`,
  );
  const exponent = growth(points.slice(-3));
  return [
    `### ${figure}`,
    '',
    `| ${n} | ${unit} | |`,
    '| --- | --- | --- |',
    ...bars,
    '',
    `Over the last three points cost grows with the power ${exponent.toFixed(2)} of ${n}.`,
    '',
  ].join('\n');
}

/** Ours, and what others are measured against: no servers that somebody could take instead. */
const NAME = 'MySQL Pilot';
const NO_RIVALS = new Set([NAME, BEFORE, 'MySQL Pilot, started by a window', 'the least', 'SDK alone', 'raw', 'node', 'mysql --batch']);

const short = ({ value, ratio }: Value, unit: string): string =>
  `${number(value.median)} ${unit}${ratio === undefined ? '' : `, ${number(ratio.median)} ×`}`;

/** One line of the summary: ours beside the first edition and the fastest of the others, whatever that one leaves out. */
function summary({ figure, unit, goal, met, values }: Figure): string {
  const ours = values[NAME];
  const better = (a: Value, b: Value): number => (unit === '/s' ? -1 : 1) * (a.value.median - b.value.median);
  const [best] = Object.entries(values)
    .filter(([name, { value }]) => !NO_RIVALS.has(name) && isMeasured(value.median))
    .sort(([, a], [, b]) => better(a, b));
  const rival = best === undefined ? '' : `${short(best[1], unit)} (${best[0]})`;
  const first = values[BEFORE];
  const cells = [figure, goal, ours === undefined ? '' : short(ours, unit), first === undefined ? '' : short(first, unit), rival];
  return `| ${cells.join(' | ')} | ${met === undefined ? '' : met ? 'yes' : '**no**'} |`;
}

const { machine, database, node, date, rounds, command, load, contestants, figures, curves } = results;
const processors = Number(/^\d+/.exec(machine)?.[0] ?? 1);
const busy = `The machine did other work, too (load average ${load.toFixed(0)} on ${String(processors)} processors): only the ratios mean something.`;
const reached = figures.filter(({ met }) => met === true).length;
const page = `# Benchmarks

For developers and for those who compare servers: what MySQL Pilot costs, beside its first edition and other MCP servers.

Made by \`npm run bench -- ${command}\` on ${date}, then \`npm run bench:page\`: ${machine}; ${database}; Node ${node}. ${String(rounds)} rounds unless a figure says otherwise. In each round
all servers run in turn, and ratios are taken round by round. Client, server and database share the processors. ${load > 1.5 * processors ? busy : ''} The guard is on in every figure of ours. The numbers
are in [benchmarks.json](benchmarks.json). ${String(reached)} of ${String(figures.length)} goals are reached; [performance.md](performance.md) says why others are not.

The first edition is commit ${FIRST_EDITION}, built by the benchmark: it had a guard that looked at tokens, and a protocol of our own.

To repeat it: \`npm run setup\`, then \`npm run bench:full && npm run bench:page\`. \`npm run bench\` compares with the lower bounds alone, \`npm run bench:goals\` with the first edition and dbhub, \`npm run bench:rivals\`
with all other servers, fetched from npm by version.

| | goal | MySQL Pilot | first edition | the fastest other server | reached |
| --- | --- | --- | --- | --- | --- |
${figures.map(summary).join('\n')}

## Who is compared

| | what it checks |
| --- | --- |
| raw | mysql2 itself, in the process that measures: no server, no checks |
${contestants.map(({ name, checks }) => `| ${name} | ${checks} |`).join('\n')}

Each runs in the configuration that its documentation gives, with an account that may only read.

## Figures

${figures.map(section).join('\n')}
${curves.length === 0 ? '' : `## How cost grows\n\n${curves.map(curve).join('\n')}`}`;
await writeFile(path.join(ROOT, 'docs/benchmarks.md'), page);
await writeFile(path.join(ROOT, 'docs/benchmarks.json'), `${JSON.stringify(results, undefined, 1)}\n`);
