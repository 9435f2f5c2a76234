import { text } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import type { SessionPool } from '../../driver/sessionPool.ts';
import { isPilotError } from '../../errors.ts';
import { phrase, type Words } from '../../phrase.ts';
import { Stop } from '../../query/reads/stop.ts';
import type { ServerSettings } from '../readTables.ts';
import type { SchemaState } from '../schemaState.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { ScriptTrial, useModes } from './scriptTrial.ts';
import { makeClones, TrialLimit } from './trialClones.ts';
import { dropCopies, sweep, takeLease } from './trialLease.ts';
import { TrialNames } from './trialNames.ts';
import { ENGINES } from './trialSafety.ts';

/** Where definitions may be tried. */
export interface TrialPlace {
  /** The database that a person has set aside for this; only it is written to. */
  readonly scratch: string;
  readonly tellsReasons: boolean;
}

export interface TrialSource extends TrialPlace {
  readonly pool: SessionPool;
  /** Of all that is looked at: rejects when its time is over, or the caller cancels. */
  readonly race: Race;
  readonly settings: ServerSettings;
  readonly state: SchemaState;
  /** What the script names, also where there is none yet: foreign keys may reference it. */
  readonly tables: readonly QualifiedName[];
  /** Those whose definition can't be read, by `keyOfName`. */
  readonly unknown: ReadonlyMap<string, unknown>;
}

/** All statements of a script together; what is left goes by the manual. */
const TRIAL_MS = 20_000;

export type Trying = ScriptTrial | { readonly reason: Words };

type Race = <T>(work: Promise<T>) => Promise<T>;

/** Lends copies of the tables to `work`, or the reason why there are none. All that was made is dropped. */
export async function withTrial<T>(source: TrialSource, work: (trial: Trying) => Promise<T>): Promise<T> {
  const { pool, scratch } = source;
  const stop = new Stop(TRIAL_MS, undefined);
  const race: Race = (done) => source.race(stop.race(done));
  const progress = { isLent: false, hasCopies: false };
  try {
    return await pool.withWritableSession(undefined, async (session) => {
      progress.isLent = true;
      const opened = await open({ ...source, race }, session, progress).catch(reasonOf);
      const result = await work('reason' in opened ? opened : opened.trial);
      if (!('reason' in opened) && opened.trial.isIntact) {
        // The answer stays where that fails.
        progress.hasCopies = await dropCopies(session, scratch, opened.own).then(
          () => false,
          () => true,
        );
      }
      return result;
    });
  } catch (error) {
    if (progress.isLent) throw error;
    return await work(reasonOf(error));
  } finally {
    stop.dispose();
    // A session that was lost or stopped; what it makes meanwhile is dropped once the server has ended it.
    if (progress.hasCopies) await sweep(pool, scratch).catch(() => undefined); // else by the next trial
  }
}

interface Opened {
  readonly trial: ScriptTrial;
  readonly own: string;
}

async function open(source: TrialSource, session: Session, progress: { hasCopies: boolean }): Promise<Opened | { readonly reason: Words }> {
  const { race, scratch, settings, state, tables, unknown, tellsReasons } = source;
  await race(session.command('SET SESSION lock_wait_timeout = 2, innodb_lock_wait_timeout = 2'));
  const lease = await race(takeLease(session, scratch));
  if (lease === undefined) return { reason: phrase('another client is trying definitions there') };
  progress.hasCopies = true;
  const names = new TrialNames(scratch, lease.prefix);
  // Definitions that are there may be such as the modes refuse for new ones.
  await race(session.command("SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION', foreign_key_checks = 0"));
  await race(requireKnownEngine(session));
  const uncopied = await race(makeClones(tables, { session, scratch, names, settings, state }));
  const untried = new Map([...[...unknown.keys()].map((key) => [key, phrase("its definition can't be read")] as const), ...uncopied]);
  await race(useModes(session, undefined));
  const trial = new ScriptTrial({ session, race, scratch, prefix: lease.prefix, names, settings, untried, tellsReasons });
  return { trial, own: lease.own };
}

/** A table without ENGINE has this one. */
async function requireKnownEngine(session: Session): Promise<void> {
  const [row = {}] = await session.read('SELECT UPPER(@@default_storage_engine) AS engine');
  if (!ENGINES.has(text(row, 'engine'))) throw new TrialLimit(phrase('the default storage engine {0} is not tried', text(row, 'engine')));
}

function reasonOf(error: unknown): { readonly reason: Words } {
  if (error instanceof TrialLimit) return { reason: error.reason };
  if (!isPilotError(error) || error.code === 'statement.canceled') throw error;
  const { errno, code } = error;
  return {
    reason:
      errno === undefined ? phrase('no copies could be made ({0})', code) : phrase('no copies could be made (error {0})', String(errno)),
  };
}
