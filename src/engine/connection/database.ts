import type { ConnectionTarget, SshSecret } from '../driver/profile.ts';
import { describeServer } from '../driver/serverInfo.ts';
import { SessionPool, type PoolActivity } from '../driver/sessionPool.ts';
import type { CurrentTag } from '../driver/statementTag.ts';
import type { ConnectionRules } from '../guard/readContext.ts';
import type { Observe } from '../observability/statementEvents.ts';
import { StatementMetrics, type MetricsNow } from '../observability/statementMetrics.ts';
import { compileColumnRules } from '../policy/columnRules.ts';
import { compileTableRules } from '../policy/tableRules.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import type { Seen } from '../query/results/readSources.ts';
import type { CacheOptions } from '../query/reads/cacheOptions.ts';
import { Cursors } from '../query/reads/cursors.ts';
import { LockWaitMonitor } from '../query/reads/lockWaitMonitor.ts';
import { ReadAuthorizer } from '../query/authorization/readAuthorizer.ts';
import type { CacheMetrics, ResultCache } from '../query/reads/resultCache.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import { ColumnVisibility } from '../schema/columnVisibility.ts';
import { SchemaCache } from '../schema/schemaCache.ts';
import { showsRows } from '../sql/agentVisibility.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { keyOfName } from '../sql/identifiers.ts';
import { Writer } from '../writes/writer.ts';
import { createProtection } from '../query/reads/protectRows.ts';
import { Diagnostics } from './diagnostics.ts';
import { readExcessPrivileges } from './excessPrivileges.ts';
import { Reads } from './reads.ts';
import { Schema } from './schema.ts';
import { UserSessions } from './userSessions.ts';

export interface DatabaseOptions {
  /** Asked for each new session, so that it need not be kept. */
  readonly password: () => Promise<string>;
  /** Of the SSH servers on the way: the jumps in order, then the server itself. */
  readonly sshSecrets?: (() => Promise<readonly SshSecret[]>) | undefined;
  /** Told what went wrong behind the caller's back; the text names no secret. */
  readonly warn: (message: string, error: unknown) => void;
  /** Told of every statement that has ended. */
  readonly observe?: Observe | undefined;
  /** Without it nothing is cached. */
  readonly cache?: CacheOptions | undefined;
  /** True in a person's window, where what agents see is no limit. */
  readonly forPeople?: boolean | undefined;
  /** Of the call for which a statement is sent. */
  readonly tag?: CurrentTag | undefined;
  /** Under which columns get pseudonyms; without one they change with each process. */
  readonly pseudonymKey?: (() => Promise<string | undefined>) | undefined;
}

/** What agents see less of does not hold for a person. */
function rulesOf({ allowedFunctions, tables, columns }: ConnectionTarget, forPeople: boolean): ConnectionRules {
  const functions = new Set(allowedFunctions?.map(keyOfName));
  if (forPeople) return { functions };
  const protectedColumns = compileColumnRules(columns);
  return {
    functions,
    // Protected columns must not be reached by what names no table, either.
    isTableDenied: compileTableRules(tables) ?? (protectedColumns === undefined ? undefined : () => false),
    columns: protectedColumns,
  };
}

export interface ConnectionCheck {
  readonly server: string;
  /** What the user should know: what the account may do beyond reading, and which protection is missing. */
  readonly warnings: readonly string[];
}

/** What a call of an agent has of a connection. */
export interface AgentDatabase extends Pick<Database, 'reads' | 'schema' | 'diagnostics' | 'writes' | 'check'> {
  readonly seen: Seen;
}

/** One connection, opened when first used, by what can be done with it: what both programs know of the engine. Every method throws a PilotError. */
export class Database {
  readonly reads: Reads;
  /** What changes something for an agent goes this way, and no other. */
  readonly writes: Writer;
  readonly schema: Schema;
  readonly diagnostics: Diagnostics;
  readonly sessions: UserSessions;
  readonly #pool: SessionPool;
  readonly #cursors = new Cursors();
  readonly #figures = new StatementMetrics();
  readonly #cache: ResultCache | undefined;
  #excessPrivileges: string | undefined;

  /** `cacheType` is loaded by who opens it with a cache. */
  constructor(
    target: ConnectionTarget,
    { password, sshSecrets, warn, observe, cache, forPeople, tag, pseudonymKey }: DatabaseOptions,
    cacheType: typeof ResultCache | undefined,
  ) {
    const pool = new SessionPool(target, password, {
      ...(sshSecrets === undefined ? {} : { sshSecrets }),
      tag,
      onKillFailed: (error) => {
        warn('A statement could not be stopped on the server; its time limit will end it.', error);
      },
    });
    const rules = rulesOf(target, forPeople === true);
    const { columns } = rules;
    const structureOnly = forPeople !== true && !showsRows(target.agents);
    const authorizer = new ReadAuthorizer(structureOnly ? { structureOnly: true, isTableDenied: () => true, columns } : rules);
    const path: ReadPath = {
      pool,
      blocks: new LockWaitMonitor(pool, { showsTexts: columns === undefined }),
      authorizer,
      cursors: this.#cursors,
      database: target.database,
      observe: (event) => {
        this.#figures.add(event);
        observe?.(event);
      },
      written: (tables) => this.#cache?.written(tables),
      protect: columns === undefined ? undefined : createProtection(columns, pseudonymKey),
    };
    const visible = columns === undefined ? undefined : new ColumnVisibility(columns);
    const schemaCache = new SchemaCache(
      pool,
      visible &&
        (async (objects) =>
          visible.withViews(await pool.withSession(undefined, (session) => authorizer.hiddenInViews(session))).objects(objects)),
    );
    this.#pool = pool;
    this.#cache = cache === undefined || cacheType === undefined ? undefined : new cacheType(cache);
    this.reads = new Reads(
      path,
      schemaCache,
      this.#cache,
      structureOnly ? new ReadAuthorizer({ isTableDenied: rules.isTableDenied, columns }) : undefined,
    );
    // A person who decides about a write sees its rows as they are.
    const writePath =
      columns === undefined
        ? path
        : { ...path, authorizer: new ReadAuthorizer(authorizer.rules, { readsProtected: true }), protect: undefined };
    this.writes = new Writer(writePath, target, this.reads);
    this.schema = new Schema(pool, authorizer, schemaCache, visible);
    this.diagnostics = new Diagnostics(path, this.reads, this.schema, { scratchDatabase: target.scratchDatabase, visible });
    this.sessions = new UserSessions(path, target.readOnly === true);
  }

  /** The same connection for one call of an agent: `seen` hears of all that the call gets. */
  seenBy(seen: Seen): AgentDatabase {
    const { schema, diagnostics, writes } = this;
    const reads = this.reads.seenBy(seen);
    // Most calls need only reads.
    return {
      ...{ reads, writes, seen, check: () => this.check() },
      get schema() {
        return schema.seenBy(seen);
      },
      get diagnostics() {
        return diagnostics.seenBy(seen, reads, schema.seenBy(seen));
      },
    };
  }

  async check(): Promise<ConnectionCheck> {
    return this.#pool.withSession(undefined, async (session) => {
      this.#excessPrivileges ??= await readExcessPrivileges(session);
      await session.read('SELECT 1');
      const warnings = [
        this.#excessPrivileges,
        session.transportWarning,
        session.enforced ? undefined : "the server doesn't enforce read-only sessions; the user allowed this",
        session.killable ? undefined : "statements can't be stopped on the server: a proxy changes connection ids",
      ];
      return { server: describeServer(session.server), warnings: warnings.filter((warning) => warning !== undefined) };
    });
  }

  get activity(): PoolActivity {
    return this.#pool.activity;
  }

  get figures(): MetricsNow {
    return this.#figures.now();
  }

  /** Undefined where it has no cache. */
  get cacheMetrics(): CacheMetrics | undefined {
    return this.#cache?.figures;
  }

  /** How the server reads a text under its plain modes, as far as is known without asking it. */
  get knownDialect(): Dialect | undefined {
    const { server } = this.#pool;
    return server === undefined ? undefined : agentDialect(server);
  }

  /** With `retire` the sessions of people go on until they are closed. Resolves when all is. */
  async close(how: 'close' | 'retire' = 'close'): Promise<void> {
    this.#cache?.close();
    this.#cursors.close();
    await this.#pool[how]();
  }
}
