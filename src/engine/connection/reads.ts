import { explain, explainTimeout, validate, type Plan, type Validation } from '../diagnostics/explain.ts';
import { isPilotError, toPilotError } from '../errors.ts';
import { checkSessionValues } from '../guard/structurePolicy.ts';
import { statementType } from '../observability/statementEvents.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { cachedReads } from '../query/reads/cachedReads.ts';
import { checkExport, type CheckedExport } from '../query/exports/checkExport.ts';
import { exportRead, type ExportedRead, type ExportOptions } from '../query/exports/exportRead.ts';
import { bind, parseReads, refused, type ParsedRead } from '../query/authorization/parseReads.ts';
import type { ReadAuthorizer } from '../query/authorization/readAuthorizer.ts';
import { requireRows } from '../query/authorization/requireRows.ts';
import { prepareReads } from '../query/reads/prepareReads.ts';
import type { ResultCache } from '../query/reads/resultCache.ts';
import type { Seen } from '../query/results/readSources.ts';
import type { ResultSet } from '../query/results/resultSet.ts';
import { resumeRead, runReads, type ReadOptions, type ReadPath } from '../query/reads/runReads.ts';
import { errorWithoutValues, resultWithoutValues } from '../query/reads/withoutValues.ts';
import { addHints } from '../schema/errorHints.ts';
import type { Parameter } from '../sql/parameters.ts';
import type { SchemaCache } from '../schema/schemaCache.ts';
import { serverOf } from './serverOf.ts';

/** Statements that only read: judged, run, planned and exported. */
export class Reads {
  readonly #path: ReadPath;
  readonly #schema: SchemaCache;
  readonly #cache: ResultCache | undefined;

  readonly #prepares: ReadAuthorizer | undefined;

  /** `prepares` is there where agents see only structure: it knows which reads may be prepared, none of which runs, and allows no stored function. */
  constructor(path: ReadPath, schema: SchemaCache, cache: ResultCache | undefined, prepares?: ReadAuthorizer) {
    this.#prepares = prepares;
    this.#path = path;
    this.#schema = schema;
    this.#cache = cache;
  }

  /** The same for one call of an agent: `seen` hears what it gets. */
  seenBy(seen: Seen): Reads {
    return new Reads({ ...this.#path, seen }, this.#schema, this.#cache, this.#prepares);
  }

  async query(sql: string, options: ReadOptions): Promise<ResultSet[]> {
    try {
      const results = await this.#run(sql, options);
      for (const result of results) this.#tell(result, options);
      return this.#showsMessages ? results : results.map(resultWithoutValues);
    } catch (error) {
      if (isPilotError(error, 'statement.timeout') && this.#prepares === undefined)
        throw await explainTimeout(error, () => this.explain(sql, false, options));
      throw await addHints(this.#shown(error), this.#schema, sql, options.database ?? this.#path.database);
    }
  }

  async #run(sql: string, options: ReadOptions): Promise<ResultSet[]> {
    if (this.#cache === undefined || options.cache === undefined) return runReads(this.#path, sql, options);
    return cachedReads(this.#path, this.#cache, sql, options);
  }

  #tell({ sources, rows }: ResultSet, { receiver = 'answer' }: ReadOptions): void {
    if (sources !== undefined) this.#path.seen?.rows(sources, rows.length, receiver);
  }

  /** False where messages of the server could quote what agents don't see. */
  get #showsMessages(): boolean {
    return this.#prepares === undefined && this.#path.authorizer.rules.columns === undefined;
  }

  /** An error as agents see it. */
  #shown(error: unknown): unknown {
    return this.#showsMessages ? error : errorWithoutValues(error, this.#prepares === undefined ? 'rights.columnMessages' : undefined);
  }

  /** The text with its values in it, as `query` runs it: for who keeps a statement to run it again. */
  bound(sql: string, parameters: readonly Parameter[]): string {
    return bind(sql, parameters);
  }

  hasCursor(cursor: string): boolean {
    return this.#path.cursors.has(cursor);
  }

  async resume(cursor: string, options: ReadOptions): Promise<ResultSet> {
    try {
      const result = await resumeRead(this.#path, cursor, options);
      this.#tell(result, options);
      return this.#showsMessages ? result : resultWithoutValues(result);
    } catch (error) {
      throw this.#shown(error);
    }
  }

  /** What a run would refuse or fail at before it starts, and the plan of each statement; nothing is run. */
  async validate(sql: string, options: ReadOptions): Promise<Validation[]> {
    const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
    const server = await serverOf(this.#path.pool);
    const database = options.database ?? this.#path.database;
    const prepares = this.#prepares;
    const { rules } = prepares ?? this.#path.authorizer;
    const statements = parseReads(text, { ...rules, dialect: agentDialect(server), database });
    if (prepares !== undefined) return this.#prepare(prepares, { text, statements }, options);
    // The plan of a statement with protected columns is refused, and the statement itself may be none to refuse.
    if (rules.columns !== undefined) return this.#prepare(this.#path.authorizer, { text, statements }, options);
    return validate((one) => this.query(one, { ...options, parameters: undefined }), statements, server);
  }

  async #prepare(
    authorizer: ReadAuthorizer,
    reads: { readonly text: string; readonly statements: readonly ParsedRead[] },
    options: ReadOptions,
  ): Promise<Validation[]> {
    const session =
      this.#prepares === undefined
        ? undefined
        : reads.statements.map(({ statement }) => checkSessionValues(statement)).find((refusal) => refusal !== undefined);
    if (session !== undefined) throw refused(reads.text, session);
    try {
      await prepareReads(this.#path, authorizer, reads, options);
    } catch (error) {
      throw await addHints(this.#shown(error), this.#schema, reads.text, options.database ?? this.#path.database);
    }
    return reads.statements.map(({ verb }) => ({ verb, isPrepared: true, steps: undefined, findings: [] }));
  }

  /** How the server runs one statement; with `analyze` a read is run and measured. */
  async explain(sql: string, analyze: boolean, options: ReadOptions): Promise<Plan> {
    requireRows(this.#path.authorizer.rules);
    const server = await serverOf(this.#path.pool);
    return explain((text) => this.query(text, { ...options, paging: undefined }), sql, { server, analyze });
  }

  /** What an export would read, for whoever is asked about it; no row is read. Throws what the export would refuse. */
  async checkExport(sql: string, options: Pick<ReadOptions, 'database' | 'timeoutMs' | 'signal'>): Promise<CheckedExport> {
    requireRows(this.#path.authorizer.rules);
    try {
      return await checkExport(this.#path, sql, options);
    } catch (error) {
      throw await addHints(this.#shown(error), this.#schema, sql, options.database ?? this.#path.database);
    }
  }

  async export(sql: string, options: ExportOptions): Promise<ExportedRead> {
    requireRows(this.#path.authorizer.rules);
    const started = performance.now();
    const observe = (rows: number, error?: unknown): void => {
      const code = error === undefined ? {} : { error: toPilotError(error).code };
      this.#path.observe({ type: statementType(sql), milliseconds: performance.now() - started, rows, ...code });
    };
    try {
      const exported = await exportRead(this.#path, sql, options);
      observe(exported.rows);
      this.#path.seen?.rows(exported.sources(), exported.rows, 'file');
      return exported;
    } catch (error) {
      observe(0, error);
      throw await addHints(this.#shown(error), this.#schema, sql, options.database ?? this.#path.database);
    }
  }
}
