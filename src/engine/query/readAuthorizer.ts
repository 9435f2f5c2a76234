import type { Session } from '../driver/session.ts';
import { boundedPath } from '../guard/costs/calls.ts';
import type { ConnectionRules, ReadContext } from '../guard/readContext.ts';
import type { StatementKind } from '../guard/readPolicy.ts';
import { isVolatile } from '../guard/volatility.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { print } from '../sql/printer/print.ts';
import { agentDialect } from './agentDialect.ts';
import { findFunctions, findTables, type FoundFunction, type FoundTable } from './objectCatalog.ts';
import { judgeFunction, ObjectCheck, PlacedRefusal, type AccessDepth } from './objectCheck.ts';
import { lookUp, type Known } from './objectLookup.ts';
import { parseWrite, refused as refusedIn, type ParsedRead } from './parseReads.ts';

/** A statement that may be sent. */
export interface AuthorizedRead {
  /** Printed from the tree; what is sent. */
  readonly sql: string;
  readonly verb: string;
  readonly kind: StatementKind;
  readonly depth: AccessDepth;
  /** The tables whose rows it reads, through views, too. */
  readonly tables: readonly QualifiedName[];
  /** True where the answer depends on the rows of `tables` and on nothing else. */
  readonly repeatable: boolean;
  /** True where all that it meets are base tables that can roll back, and native functions. */
  readonly transactional: boolean;
}

/**
 * Gives every name of a statement its one answer, judges what stands behind it (views and functions are trees, too), and prints what is sent: with
 * names as the server spells them, qualified with their databases. What was found is kept for a short time, for one server and account.
 */
export class ReadAuthorizer {
  readonly #rules: ConnectionRules;
  readonly #tables = new Map<string, Known<FoundTable>>();
  readonly #functions = new Map<string, Known<FoundFunction>>();

  constructor(rules: ConnectionRules) {
    this.#rules = rules;
  }

  get rules(): ConnectionRules {
    return this.#rules;
  }

  /** `whole` is the text that the statement stands in; `move` may print other tables in the place of those that were judged. Throws `statement.refused`, and the server's own error for a name that does not exist. */
  async authorize(
    session: Session,
    whole: string,
    read: ParsedRead,
    move = (name: QualifiedName): QualifiedName => name,
  ): Promise<AuthorizedRead> {
    try {
      return await this.#authorize(session, read, move);
    } catch (error) {
      throw error instanceof PlacedRefusal ? refusedIn(whole, error.refusal) : error;
    }
  }

  async #authorize(
    session: Session,
    { statement, context, kind, verb }: ParsedRead,
    move: (name: QualifiedName) => QualifiedName,
  ): Promise<AuthorizedRead> {
    const check = this.#newCheck(session);
    const resolved = await check.statement(statement, context, { kind, path: [] });
    const sql = print(statement, context.dialect, {
      qualify: (name) => {
        const found = resolved.tables.get(name);
        return found === undefined ? undefined : move(found);
      },
      functionName: (call) => resolved.functions.get(call) ?? 'native',
      argument: boundedPath,
    });
    const { depth, tables, repeatable, transactional } = check;
    return {
      sql,
      verb,
      kind,
      depth: verb === 'SHOW' || kind === 'structure' ? 'views' : depth,
      tables: [...tables.values()],
      repeatable: repeatable && !isVolatile(statement),
      transactional: transactional && depth === 'tables',
    };
  }

  /**
   * Judges a statement that changes rows, with all that it reads, for one session, and prints what is sent. What it may change is for the policy of writes.
   * Throws `statement.refused`.
   */
  async authorizeWrite(session: Session, text: string, database: string | undefined): Promise<string> {
    const context: ReadContext = { ...this.#rules, dialect: agentDialect(session.server), database };
    const statement = parseWrite(text, context);
    const check = this.#newCheck(session);
    try {
      const resolved = await check.statement(statement, context, { kind: 'plan', path: [] });
      return print(statement, context.dialect, {
        qualify: (name) => resolved.tables.get(name),
        functionName: (call) => resolved.functions.get(call) ?? 'native',
        argument: boundedPath,
      });
    } catch (error) {
      throw error instanceof PlacedRefusal ? refusedIn(text, error.refusal) : error;
    }
  }

  /** Judges what these names stand for, where a definition or a CALL names them: rules on tables hold there, too. Names that stand for nothing are passed. */
  async checkNames(session: Session, names: readonly QualifiedName[]): Promise<void> {
    const context: ReadContext = { ...this.#rules, dialect: agentDialect(session.server) };
    await this.#newCheck(session).names(names, context);
  }

  #newCheck(session: Session): ObjectCheck {
    return new ObjectCheck(session, this.#rules, {
      tables: (names) => lookUp(this.#tables, names, (wanted) => findTables(session, wanted)),
      functions: (names) => lookUp(this.#functions, names, (wanted) => findFunctions(session, wanted)),
    });
  }

  /** What speaks against allowing each of these functions; undefined where nothing does. */
  async explainFunctions(session: Session, names: readonly QualifiedName[], context: ReadContext): Promise<(string | undefined)[]> {
    const found = await findFunctions(session, names);
    return names.map((_, i) => {
      const one = found[i];
      return one === undefined ? 'it is not there any more' : judgeFunction(one, context)[1]?.why;
    });
  }
}
