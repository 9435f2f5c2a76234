import { isLoss, type Effect } from '../../engine/ddl/effect.ts';
import type { Forecast, Outcome, TableFacts } from '../../engine/ddl/forecast.ts';
import type { ScriptForecast } from '../../engine/ddl/script/forecastScript.ts';
import type { LiveFacts, LockHolder } from '../../engine/ddl/liveFacts.ts';
import type { Dialect } from '../../engine/sql/lexer/dialect.ts';
import { splitScript } from '../../engine/sql/script.ts';
import { cut } from '../../engine/text.ts';
import { engineWords } from '../../review/engineWords.ts';
import type { Translate } from '../../review/translate.ts';
import { effectText } from './effectText.ts';
import { LEVELS, type Level, type ShownMigration, type ShownStatement } from '../../webview/migration/messages.ts';

/** A longer line is of no use to anybody, and a comment may have a megabyte. */
const MAX_LINE = 1000;
const MAX_STATEMENT = 20_000;
/** Copying a larger table takes minutes. */
const LARGE = 1024 ** 3;

export interface ReviewedFile {
  /** Of which the forecast is. */
  readonly text: string;
  /** By which it was read. */
  readonly dialect: Dialect | undefined;
  /** The file, its connection, and its database. */
  readonly place: string;
}

/** What a review shows of a forecast. */
export function migrationModel(forecast: ScriptForecast, { text, dialect, place }: ReviewedFile, t: Translate): ShownMigration {
  const { server, statements } = forecast;
  const lines = linesOf(text, startsOf(text, statements, dialect));
  const shown = statements.map((one, i) => statementModel(one, lines[i], t));
  return {
    place: cut(`${place} · ${server}`, MAX_LINE),
    summary: summary(shown, t),
    remarks: remarks(shown, forecast, t),
    statements: shown,
  };
}

/** Where each statement begins in the file; undefined where it isn't found there. */
export function startsOf(
  text: string,
  statements: readonly Pick<Forecast, 'text'>[],
  dialect: Dialect | undefined,
): (number | undefined)[] {
  const parts = splitScript(text, dialect);
  return statements.map((one, i) => (parts[i]?.text === one.text ? parts[i].start : undefined));
}

/** From 1, of increasing offsets. */
function linesOf(text: string, starts: readonly (number | undefined)[]): (number | undefined)[] {
  let [line, at] = [1, 0];
  return starts.map((start) => {
    if (start === undefined) return undefined;
    for (; at < start; at++) if (text.charCodeAt(at) === 0x0a) line++;
    return line;
  });
}

function statementModel(forecast: Forecast, line: number | undefined, t: Translate): ShownStatement {
  const { text, outcome, table, notes, rewritten, wayBack, effects, tried } = forecast;
  const isLarge = outcome.kind === 'way' && outcome.way.algorithm === 'COPY' && (table?.bytes ?? 0) > LARGE;
  const level = levelOf(forecast);
  return {
    ...{ line, text: cut(text, MAX_STATEMENT), level, outcome: cut(headline(outcome, level, t), MAX_LINE) },
    table: table === undefined ? '' : cut(tableText(table, t), MAX_LINE),
    notes: [
      ...effects.flatMap((effect) => effectText(effect, t)).map((text) => cut(text, MAX_LINE)),
      ...notes.map((note) => cut(engineWords(note, t), MAX_LINE)),
      ...(wayBack?.losesValues === true ? [t("The undo statement doesn't restore the values.")] : []),
      ...(tried === undefined || tried === true
        ? []
        : [cut(t('By the rules of the manual, not tried: {0}', engineWords(tried, t)), MAX_LINE)]),
      ...(isLarge ? [t('The table is large. Consider gh-ost or pt-online-schema-change.')] : []),
    ],
    rewritten: rewritten === undefined ? undefined : cut(rewritten, MAX_STATEMENT),
    wayBack: wayBack === undefined ? undefined : cut(wayBack.text, MAX_STATEMENT),
  };
}

/** What is lost, and what depends on it, stands in notes: a statement that has some is never shown as one that is simply fine. */
function levelOf({ outcome, notes, effects }: Forecast): Level {
  if (outcome.kind === 'fails' || outcome.kind === 'unknown') return outcome.kind;
  if (effects.some(isLoss)) return 'loses';
  const other = effects.map(({ kind }) => LEVEL_OF[kind]).filter((level) => level !== undefined);
  const worst = LEVELS.find((level) => other.includes(level));
  if (worst !== undefined) return worst;
  const free = notes.length > 0 ? 'notes' : 'fine';
  if (outcome.kind === 'runs') return free;
  const { lock, rebuilds } = outcome.way;
  return lock !== 'NONE' ? 'blocks' : rebuilds ? 'rebuilds' : free;
}

/** Of effects that are no loss. */
const LEVEL_OF: Partial<Record<Effect['kind'], Level>> = {
  runsProcedure: 'unknown',
  changesServer: 'unknown',
  writesFile: 'notes',
  locksTables: 'blocks',
  rebuildsTables: 'rebuilds',
};

/** What counts most comes first: a loss, or what a statement does that takes no algorithm. */
function headline(outcome: Outcome, level: Level, t: Translate): string {
  const text = outcomeText(outcome, t);
  if (level === 'loses') return [levelWords(t).loses, ...(outcome.kind === 'runs' ? [] : [text])].join(' · ');
  if (outcome.kind !== 'runs') return text;
  return level === 'unknown'
    ? t('Runs, but not all effects are known')
    : level === 'fine' || level === 'notes'
      ? text
      : levelWords(t)[level];
}

function outcomeText(outcome: Outcome, t: Translate): string {
  switch (outcome.kind) {
    case 'fails':
      return t('Fails with error {0}: {1}', outcome.errno, engineWords(outcome.reason, t));
    case 'unknown':
      return t('Unknown: {0}', engineWords(outcome.reason, t));
    case 'runs':
      return t('Runs');
    case 'way': {
      const { algorithm, lock, rebuilds } = outcome.way;
      if (algorithm === 'INSTANT') return t('INSTANT: changes only metadata');
      const work = algorithm === 'COPY' ? [t('copies all rows')] : rebuilds ? [t('rebuilds the table')] : [];
      const waits = lock === 'NONE' ? t('reads and writes continue') : lock === 'SHARED' ? t('writes wait') : t('reads and writes wait');
      return [`ALGORITHM=${algorithm}, LOCK=${lock}`, ...work, waits].join(' · ');
    }
  }
}

function tableText({ name, rows, bytes }: TableFacts, t: Translate): string {
  if (rows === undefined) return '';
  const count = rows.toLocaleString();
  return bytes === undefined ? t('{0}: about {1} rows', name, count) : t('{0}: about {1} rows, {2}', name, count, sizeText(bytes));
}

function sizeText(bytes: number): string {
  const units = ['KB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10) - 1));
  return `${(bytes / 1024 ** (step + 1)).toLocaleString(undefined, { maximumFractionDigits: 1 })} ${units[step] ?? ''}`;
}

/** Of each level how many, the worst first. */
function summary(shown: readonly ShownStatement[], t: Translate): string {
  if (shown.length === 0) return t('The file has no statements.');
  const words = levelWords(t);
  return LEVELS.flatMap((level) => {
    const count = shown.filter((one) => one.level === level).length;
    return count === 0 ? [] : [`${words[level]}: ${String(count)}`];
  }).join(' · ');
}

export function levelWords(t: Translate): Record<Level, string> {
  return {
    fails: t('Fails'),
    loses: t('Loses data'),
    unknown: t('Unknown'),
    blocks: t('Blocks other statements'),
    rebuilds: t('Rebuilds a table'),
    notes: t('Has notes'),
    fine: t('No problems found'),
  };
}

/** What was done to find it out. */
function sourceText({ trial, statements }: ScriptForecast, t: Translate): string {
  if (trial === undefined)
    return t("By the rules of the manual for this server. Only metadata and row counts were read; the file wasn't run.");
  const scratch = cut(trial.scratch, MAX_LINE);
  if (trial.reason !== undefined)
    return t(
      'By the rules of the manual for this server. Nothing was tried in the scratch database {0}: {1}.',
      scratch,
      cut(engineWords(trial.reason, t), MAX_LINE),
    );
  if (!statements.some(({ tried }) => tried === true))
    return t('By the rules of the manual for this server. No statement was tried in the scratch database {0}.', scratch);
  return t("Tried on empty copies in the scratch database {0}, which were then dropped. The file wasn't run on your tables.", scratch);
}

function remarks(shown: readonly ShownStatement[], forecast: ScriptForecast, t: Translate): string[] {
  const { statements, live } = forecast;
  const ways = statements.flatMap(({ outcome }) => (outcome.kind === 'way' ? [outcome.way] : []));
  const isLong = live.logs && ways.some(({ algorithm }) => algorithm !== 'INSTANT');
  return [
    sourceText(forecast, t),
    ...(isForeign(statements) ? [t('None of the statements is MySQL. Is the file written for another database system?')] : []),
    ...(shown.length > 1 && shown.some(({ level }) => level === 'fails')
      ? [t('A script stops at its first error. Later statements are reviewed as if it continued.')]
      : []),
    ...(commitsItself(statements)
      ? [t('MySQL commits before and after each definition: ROLLBACK undoes none of them, and nothing that ran before them.')]
      : []),
    ...(ways.length === 0
      ? []
      : [t('Each change waits for open transactions on its table, and other statements wait behind it. Set lock_wait_timeout first.')]),
    ...(ways.length === 0 ? [] : lockRemarks(live, t)),
    ...(isLong ? [t('Replicas, if any, run each change after this server, and lag while it runs.')] : []),
  ];
}

const DEFINITIONS = new Set(['ALTER', 'CREATE', 'DROP', 'RENAME', 'TRUNCATE']);

/** Tools of other database systems run a file in a transaction. */
function commitsItself(statements: readonly Forecast[]): boolean {
  const begins = statements.findIndex(({ verb }) => verb === 'BEGIN' || verb === 'START');
  return begins >= 0 && statements.slice(begins).some(({ verb }) => DEFINITIONS.has(verb));
}

/** None could be read, and not because a tool of MySQL's is needed. */
function isForeign(statements: readonly Forecast[]): boolean {
  const isUnread = ({ outcome }: Forecast): boolean => outcome.kind === 'fails' && outcome.errno === 1064;
  return statements.some(isUnread) && statements.every((one) => isUnread(one) || one.outcome.kind === 'unknown');
}

function lockRemarks({ locks }: LiveFacts, t: Translate): string[] {
  if ('unknown' in locks) return [t('Lock holders are unknown: {0}.', engineWords(locks.unknown, t))];
  return locks.holders.map((holder) => cut(holderText(holder, t), MAX_LINE));
}

function holderText({ table, session, lock, seconds = 0, idle, waits }: LockHolder, t: Translate): string {
  if (waits) return t('Session {0} has waited {3} s for {1} on {2}.', session, lock, table.name, seconds);
  return idle
    ? t('Session {0} holds {1} on {2}, and has been idle in a transaction for {3} s.', session, lock, table.name, seconds)
    : t('Session {0} holds {1} on {2}. Its statement has run for {3} s.', session, lock, table.name, seconds);
}
