import { inEnglish, type Words } from '../../engine/phrase.ts';
import type { Forecast, Outcome, TableFacts } from '../../engine/ddl/forecast.ts';
import type { LiveFacts } from '../../engine/ddl/liveFacts.ts';
import type { ScriptForecast } from '../../engine/ddl/script/forecastScript.ts';
import { cut, visibleText } from '../../engine/text.ts';
import { effectText } from './effectText.ts';
import { sizeText } from './tableText.ts';

/** Of a statement in a script; of one alone all is shown. */
const SHOWN = 60;
/** With more statements the clauses stand alone, and what takes long to read is left out. */
const FEW = 5;

/** One line for each statement with what it does, and below it what an agent should know before it runs it. */
export function forecastText({ server, statements, live, trial }: ScriptForecast): string {
  const isFew = statements.length <= FEW;
  const lines = statements.flatMap((forecast, i) => {
    const number = statements.length === 1 ? '' : `${String(i + 1)} ${oneLine(forecast.text)}: `;
    return [
      `${number}${outcomeText(forecast.outcome)}${tableText(forecast.table)}${sourceText(forecast, trial)}`,
      ...details(forecast, isFew),
    ];
  });
  const [failed] = statements.filter(({ outcome }) => outcome.kind === 'fails');
  const stops =
    failed === undefined || statements.length === 1
      ? []
      : ['A script stops at its first error. The forecast for the rest assumes that it continues.'];
  const waits = statements.some(({ outcome }) => outcome.kind === 'way')
    ? ['Run SET SESSION lock_wait_timeout=5 first: each change waits for open transactions on its table and blocks later statements.']
    : [];
  return [
    `${server}, ${headText(trial, statements)}`,
    ...lines,
    ...stops,
    ...waits,
    ...(waits.length > 0 ? [...lockLines(live), ...transactionLine(live)] : []),
    ...replicaLines(live, statements),
    ...spaceLines(statements),
  ].join('\n');
}

/** Where the answers come from. */
function headText(trial: ScriptForecast['trial'], statements: readonly Forecast[]): string {
  if (trial === undefined) return 'according to the manual; nothing was run.';
  if (trial.reason !== undefined)
    return `according to the manual; nothing was tried in ${visibleText(trial.scratch)}: ${plain(trial.reason)}.`;
  if (!statements.some(({ tried }) => tried === true)) return 'according to the manual; nothing was tried.';
  return `tried on an empty copy in ${visibleText(trial.scratch)}, which is dropped; nothing else was run.`;
}

/** Of a statement that was not tried where others were. */
function sourceText({ tried }: Forecast, trial: ScriptForecast['trial']): string {
  return trial === undefined || tried === undefined || tried === true ? '' : ` (according to the manual; not tried: ${plain(tried)})`;
}

/** Whoever holds a lock on a table keeps a change waiting, and everybody who comes behind it. */
function lockLines({ locks }: LiveFacts): string[] {
  if ('unknown' in locks) return [`Sessions that hold locks on the tables now: unknown, ${inEnglish(locks.unknown)}.`];
  return locks.holders.map(({ table, session, lock, seconds = 0, idle, waits }) => {
    const what = waits ? `waits for ${lock}` : `holds ${lock}`;
    return `Now: session ${String(session)} ${what} on ${visibleText(table.name)}, ${idle ? 'idle in a transaction' : 'statement'} for ${String(seconds)} s.`;
  });
}

/** Each change waits for those that use its table, and nothing tells before which ones these will be. */
function transactionLine({ longest }: LiveFacts): string[] {
  if (longest === undefined) return ['Longest open transaction: unknown, this account lacks PROCESS.'];
  if (longest === null) return ['Open transactions now: none.'];
  return [`Longest open transaction now: ${String(longest.seconds)} s, session ${String(longest.session)}.`];
}

function replicaLines({ logs, replicas, lag }: LiveFacts, statements: readonly Forecast[]): string[] {
  const isLong = statements.some(({ outcome }) => outcome.kind === 'way' && outcome.way.algorithm !== 'INSTANT');
  if (!isLong) return [];
  const own =
    lag === undefined ? [] : [`This server is a replica, ${lag === null ? 'and does not replicate now' : `${String(lag)} s behind`}.`];
  if (!logs || replicas === 0) return own;
  const who = replicas === undefined ? 'Replicas, if any,' : replicas === 1 ? 'Its replica' : `Its ${String(replicas)} replicas`;
  return [
    ...own,
    `${who} run${replicas === 1 ? 's' : ''} a change after it ends here, and lag${replicas === 1 ? 's' : ''} as long; that lag isn't visible here.`,
  ];
}

/** Where rows are copied or the table is built anew. How long that takes, nothing here has measured. */
function spaceLines(statements: readonly Forecast[]): string[] {
  const sizes = new Map<string, number>();
  for (const { outcome, table } of statements)
    if (outcome.kind === 'way' && outcome.way.rebuilds && table?.bytes !== undefined)
      sizes.set(`${table.database}.${table.name}`, table.bytes);
  if (sizes.size === 0) return [];
  const most = Math.max(...sizes.values());
  return [
    `Disk: a rebuild needs space for a second copy of the table, here ${sizeText(most)}, and its log. Free space isn't visible from here. Time: not measured on this server.`,
  ];
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'fails':
      return `FAILS, error ${String(outcome.errno)}: ${visibleText(inEnglish(outcome.reason))}`;
    case 'unknown':
      return `UNKNOWN: ${visibleText(inEnglish(outcome.reason))}`;
    case 'runs':
      return 'runs';
    case 'way': {
      const { algorithm, lock, rebuilds } = outcome.way;
      if (algorithm === 'INSTANT') return 'INSTANT';
      const blocks = lock === 'NONE' ? '' : lock === 'SHARED' ? ', writes wait' : ', reads and writes wait';
      return `${algorithm}, LOCK=${lock}${algorithm === 'COPY' ? ', all rows copied' : rebuilds ? ', table rebuilt' : ''}${blocks}`;
    }
  }
}

function tableText(table: TableFacts | undefined): string {
  if (table?.rows === undefined) return '';
  return ` (${visibleText(table.name)} ~${String(table.rows)} rows${table.bytes === undefined ? '' : `, ${sizeText(table.bytes).slice(1)}`})`;
}

function details({ notes, rewritten, wayBack, outcome, table, effects }: Forecast, isFew: boolean): string[] {
  const isLarge = outcome.kind === 'way' && outcome.way.algorithm === 'COPY' && (table?.bytes ?? 0) > LARGE;
  return [
    ...effects.flatMap(effectText).map((text) => `  ${plain(text)}`),
    ...notes.map((note) => `  ${plain(note)}`),
    ...(isLarge ? ['  large: consider gh-ost or pt-online-schema-change'] : []),
    ...(rewritten === undefined || !isFew ? [] : [`  run: ${visible(rewritten)}`]),
    ...(wayBack === undefined || !isFew ? [] : [`  undo${wayBack.losesValues ? ' (the values stay lost)' : ''}: ${visible(wayBack.text)}`]),
  ];
}

/** Names and comments are others' text. */
function plain(note: Words): string {
  return visibleText(inEnglish(note));
}

/** Line ends of the agent's own statement stay. */
function visible(statement: string): string {
  return statement.split('\n').map(visibleText).join('\n    ');
}

/** A copy of more blocks writers for minutes. */
const LARGE = 1024 ** 3;

function oneLine(text: string): string {
  return visibleText(cut(text.replace(/\s+/g, ' '), SHOWN));
}
