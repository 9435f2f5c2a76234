import type { Session } from '../../driver/session.ts';
import { isPilotError } from '../../errors.ts';
import { phrase, type Words } from '../../phrase.ts';
import { agentDialect } from '../../query/authorization/agentDialect.ts';
import type { CreateTable } from '../../sql/ast/definitions.ts';
import type { ObjectName } from '../../sql/ast/expressions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import { keyOfName, type QualifiedName } from '../../sql/identifiers.ts';
import { sql, textLiteral } from '../../sql/ownSql.ts';
import type { Outcome } from '../forecast.ts';
import { asAlteration } from '../judgeAlter.ts';
import type { ServerSettings } from '../readTables.ts';
import type { SchemaState } from '../schemaState.ts';
import { namesOf } from '../scriptStatements.ts';
import type { Way } from '../wayKinds.ts';
import type { TrialNames } from './trialNames.ts';
import { MAX_PARTITIONS, partitionsMade, subpartitionsOf } from './trialSize.ts';
import { whyUntried } from './trialSafety.ts';
import { tellsNoWay, tryWays } from './trialWays.ts';

export interface TrialScene {
  readonly session: Session;
  /** Rejects when the time of the trial or of all is over, or the caller cancels. */
  readonly race: <T>(work: Promise<T>) => Promise<T>;
  readonly scratch: string;
  readonly prefix: string;
  readonly names: TrialNames;
  readonly settings: ServerSettings;
  /** Tables that have no copy, with the reason, by `keyOfName`. */
  readonly untried: ReadonlyMap<string, Words>;
  /** False where names of tables are kept from agents: what the server says may hold some. */
  readonly tellsReasons: boolean;
}

/** What came of a statement on the copies; undefined where statements of its kind are not tried. */
export type Tried = { readonly outcome: Outcome } | { readonly reason: Words } | undefined;

interface Place {
  /** What the rules say. */
  readonly rule: Outcome;
  readonly state: SchemaState;
}

/**
 * Errors of names, databases, triggers, and rights: the copies have other names, are all in one database, and have no triggers. The rules tell these errors, and where a
 * copy gives one, it says nothing of the statement. 1005 is also that of a foreign key's name on MariaDB.
 */
const OF_NAMES = new Set([1005, 1025, 1044, 1046, 1049, 1050, 1051, 1059, 1103, 1064, 1142, 1146, 1347, 1435, 1450, 1826, 1965, 3822]);
/** Of these the server may also speak for another reason. */
const ALSO_OTHERS = new Set([1005, 1025, 1059, 1064]);
/** The scratch database or the session is at fault: no rights, no room, read-only, locks, time, a lost session. */
const OF_TRIAL = new Set([1021, 1028, 1030, 1044, 1053, 1114, 1142, 1205, 1213, 1227, 1290, 1317, 1370, 1836, 1927, 1969, 3024, 3169]);
/** The session is gone. */
const ENDS = new Set([1053, 1317, 1927, 3169]);
/** What changes tables, so that the copies must follow. */
const CHANGES = new Set<Statement['kind']>(['alterTable', 'createIndex', 'createTable', 'drop', 'renameTable']);

export function isTriable(statement: Statement): boolean {
  return CHANGES.has(statement.kind) && (statement.kind !== 'drop' || statement.object === 'TABLE' || statement.object === 'INDEX');
}

/** Runs the definitions of a script on copies, one after the other, as printed from their trees. */
export class ScriptTrial {
  readonly #scene: TrialScene;
  /** Copies that are no longer as the script would have left their tables. */
  readonly #stale: Map<string, Words>;
  #ended: Words | undefined;
  /** Partitions that its statements have made. */
  #partitions = 0;
  /** What the script has set; undefined for the modes of new sessions. */
  #modes: ReadonlySet<string> | undefined;

  constructor(scene: TrialScene) {
    this.#scene = scene;
    this.#stale = new Map(scene.untried);
  }

  /** False once its session was lost or stopped: what runs there is not known. */
  get isIntact(): boolean {
    return this.#ended === undefined;
  }

  async try(statement: Statement, place: Place): Promise<Tried> {
    if (!isTriable(statement)) return undefined;
    if (this.#ended !== undefined) return { reason: this.#ended };
    const tables = namesOf([{ text: '', statement, reason: '' }], place.state.database).tables;
    const reason = this.#whyNot(statement, tables, place);
    if (reason !== undefined) {
      if (place.rule.kind !== 'fails')
        for (const name of tables) this.#stale.set(keyOfName(name), phrase('an earlier statement was not tried'));
      return { reason };
    }
    try {
      return { outcome: await this.#run(statement, place) };
    } catch (error) {
      return this.#failed(error, tables);
    }
  }

  #whyNot(statement: Statement, tables: readonly QualifiedName[], { rule, state }: Place): Words | undefined {
    if (rule.kind === 'fails' && OF_NAMES.has(rule.errno)) return phrase('the copies have other names');
    const { scratch, session } = this.#scene;
    if (isMove(statement, state.database)) return phrase('it moves a table to another database');
    const view = tables.find((name) => state.get(name) === 'view');
    if (view !== undefined) return phrase('{0} is a view', view.name);
    if (tables.some(({ database }) => database.toLowerCase() === scratch.toLowerCase()))
      return phrase('it uses the scratch database itself');
    const made = this.#partitions + partitionsMade(statement, subpartitionsIn(tables, state));
    if (made > MAX_PARTITIONS) return phrase('it makes more than {0} partitions', MAX_PARTITIONS);
    this.#partitions = made;
    return (
      whyUntried(asAlteration(statement), agentDialect(session.server)) ??
      tables.map((name) => this.#stale.get(keyOfName(name))).find((one) => one !== undefined)
    );
  }

  async #run(statement: Statement, { rule, state }: Place): Promise<Outcome> {
    const { session, race, scratch, prefix, names } = this.#scene;
    const { database } = state;
    const dialect = agentDialect(session.server);
    await race(session.command(state.foreignKeyChecks ? 'SET SESSION foreign_key_checks = 1' : 'SET SESSION foreign_key_checks = 0'));
    if (state.modes?.names !== this.#modes) {
      this.#modes = state.modes?.names;
      await race(useModes(session, this.#modes));
    }
    const node = asAlteration(statement);
    const print = (one: Statement): ReturnType<TrialNames['print']> => names.print(one, database, dialect);
    if (node.kind !== 'alterTable' || tellsNoWay(node, session.server)) {
      await race(session.read(print(node.kind === 'createTable' ? this.#withDefaults(node, database) : node)));
      return rule.kind === 'way' || rule.kind === 'runs' ? rule : { kind: 'runs' };
    }
    const files = /^\w+$/.test(scratch) ? `${scratch}/${prefix}` : undefined;
    const rebuilds = rule.kind === 'way' ? rule.way.rebuilds : undefined;
    const way: Way = await race(tryWays(node, { session, print, files, rebuilds }));
    return { kind: 'way', way };
  }

  /** A new table has the collation of its database, which is not that of the scratch database. */
  #withDefaults(node: CreateTable, database: string | undefined): CreateTable {
    const collation = this.#scene.settings.defaults.get(node.table.database?.name ?? database ?? '');
    if (
      collation === undefined ||
      node.like !== undefined ||
      node.options.some(({ name }) => name === 'COLLATE' || name === 'CHARACTER SET')
    )
      return node;
    const { start, end } = node;
    const value = { kind: 'name', name: collation, quoted: false, start, end } as const;
    return { ...node, options: [...node.options, { kind: 'option', name: 'COLLATE', value, start, end }] };
  }

  #failed(error: unknown, tables: readonly QualifiedName[]): Tried {
    if (!isPilotError(error)) throw error;
    const { errno, code, message } = error;
    if (errno !== undefined && !OF_TRIAL.has(errno) && !isOfNames(errno, message)) {
      const { tellsReasons, names } = this.#scene;
      return {
        outcome: {
          kind: 'fails',
          errno,
          reason: tellsReasons ? names.inWordsOfOriginals(message) : phrase('the server refused it on the copy'),
        },
      };
    }
    if (code === 'statement.canceled') {
      this.#ended = code;
      throw error;
    }
    if (errno === undefined || ENDS.has(errno)) this.#ended = phrase('the trial ended early ({0})', code);
    for (const name of tables) this.#stale.set(keyOfName(name), phrase('an earlier statement was not tried'));
    return {
      reason:
        errno === undefined
          ? phrase('the trial ended early ({0})', code)
          : phrase('the scratch database refused it with error {0}', String(errno)),
    };
  }
}

function subpartitionsIn(tables: readonly QualifiedName[], state: SchemaState): number {
  return Math.max(
    1,
    ...tables.map((name) => {
      const known = state.get(name);
      return typeof known === 'object' ? subpartitionsOf(known.partitioning) : 1;
    }),
  );
}

/** That two tables have the same constraint is said with 1005, as is a foreign key that does not fit. */
function isOfNames(errno: number, message: string): boolean {
  return (OF_NAMES.has(errno) && !ALSO_OTHERS.has(errno)) || (errno === 1005 && message.includes('errno: 121'));
}

/** The copies are in one database. */
function isMove(statement: Statement, current: string | undefined): boolean {
  const isOther = (from: ObjectName, to: ObjectName): boolean => {
    const [old, name] = [from.database?.name ?? current, to.database?.name ?? current];
    return old?.toLowerCase() !== name?.toLowerCase();
  };
  if (statement.kind === 'renameTable') return statement.pairs.some(({ from, to }) => isOther(from, to));
  return statement.kind === 'alterTable' && statement.actions.some(({ table }) => table !== undefined && isOther(statement.table, table));
}

/** Those modes that count for definitions, and none that changes how a text is read; undefined for what new sessions are set to. */
export async function useModes(session: Session, given: ReadonlySet<string> | undefined): Promise<void> {
  const [row = {}] = given === undefined ? await session.read('SELECT @@global.sql_mode AS modes') : [];
  const names =
    given ??
    String(row['modes'] ?? '')
      .toUpperCase()
      .split(',');
  const modes = [...names].filter((mode) => MODES.has(mode));
  await session.command(sql`SET SESSION sql_mode = ${textLiteral(modes.join(','))}`);
}

const MODES = new Set([
  ...[
    'STRICT_TRANS_TABLES',
    'STRICT_ALL_TABLES',
    'NO_ZERO_DATE',
    'NO_ZERO_IN_DATE',
    'ERROR_FOR_DIVISION_BY_ZERO',
    'NO_ENGINE_SUBSTITUTION',
  ],
  ...['ALLOW_INVALID_DATES', 'NO_AUTO_VALUE_ON_ZERO'],
]);
