import type { Session } from '../../driver/session.ts';
import { checkRowChoice, findColumnName, findMention } from '../../guard/columnMentions.ts';
import { refuse } from '../../guard/makeRefusal.ts';
import type { StatementKind } from '../../guard/readPolicy.ts';
import type { BaseColumn } from '../../lineage/baseColumn.ts';
import { judgeColumns } from '../../lineage/judgeColumns.ts';
import type { KnownColumn, KnownTable, LineageCatalog } from '../../lineage/lineageCatalog.ts';
import type { ColumnName, ColumnRules } from '../../policy/columnRules.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import { keyOfName, type QualifiedName } from '../../sql/identifiers.ts';
import { namesInText } from '../../sql/namePattern.ts';
import { walk, type Node } from '../../sql/walk.ts';
import type { OutputActions } from '../results/outputActions.ts';
import type { CatalogColumns } from './catalogColumns.ts';
import { changesProtected, takesColumns } from './definitionChanges.ts';
import { exactKey, findTables, type FoundTable } from './objectCatalog.ts';
import type { ObjectCheck } from './objectCheck.ts';
import { resolveNames, type Known } from './objectLookup.ts';
import { PlacedRefusal } from './objectProblem.ts';
import {
  findColumns,
  findIndexes,
  findPartitionExpressions,
  findReferences,
  ProtectedColumns,
  type TableWithColumns,
} from './protectedColumns.ts';
import type { ParsedRead } from './parseReads.ts';
import { countViewReads, MAX_VIEW_READS } from './viewReads.ts';

/** What column rules make of a read. */
export interface GatedRead {
  /** The tree to print. */
  readonly statement: Statement;
  /** What happens to each column of the result; undefined where all are shown as they are. */
  readonly outputs: OutputActions | undefined;
  /** Names that are taken out of a plan. */
  readonly withheld?: readonly string[];
  /** Base columns behind those that are not shown as they are. */
  readonly protectedBases: () => readonly BaseColumn[];
}

const NO_BASES = (): readonly BaseColumn[] => [];

const ADVICE = 'rights.columns';

/** In an expression that the catalog shows these may be another name than it has. */
const ODD_SIGNS = /[^\0-\x7f]|\\/;

/** Columns of views that pass hidden columns on, under whatever name. */
type HiddenInViews = (session: Session) => Promise<readonly ColumnName[]>;

/** Holds statements to the column rules of a connection. What can't be traced is refused. */
export class ColumnGate {
  readonly #rules: ColumnRules;
  readonly #hiddenInViews: HiddenInViews;
  readonly #columns = new Map<string, Known<readonly KnownColumn[]>>();

  constructor(rules: ColumnRules, hiddenInViews: HiddenInViews) {
    this.#rules = rules;
    this.#hiddenInViews = hiddenInViews;
  }

  forget(): void {
    this.#columns.clear();
  }

  /** `catalog` has the columns of `information_schema`. Throws a refusal. */
  async read(
    session: Session,
    { statement, context, kind }: Pick<ParsedRead, 'statement' | 'context' | 'kind'>,
    check: ObjectCheck,
    catalog: CatalogColumns,
  ): Promise<GatedRead> {
    const plain = { statement, outputs: undefined, protectedBases: NO_BASES };
    this.#checkCatalogReads(statement, check);
    if (this.#rules.hides) await this.#checkDescribed(session, statement, check);
    if (statement.kind === 'show' && statement.subject === 'CREATE TABLE') {
      await this.#checkPartitions(session, statement, check);
      await this.#checkCounter(session, statement, check);
    }
    checkViewReads(statement, context, check);
    const reached = await this.#reach(session, check);
    if (reached === undefined) return plain;
    const trees: readonly Node[] = [statement, ...check.views.values()];
    checkWays(statement, trees, kind, check);
    const mentions = trees.some((tree) => findMention(tree, (name) => reached.protected.has(name)) !== undefined);
    if (!mentions)
      return statement.kind === 'explain' ? { ...plain, withheld: await this.#findHiddenNames(session, reached.tables) } : plain;
    if (statement.kind !== 'query') throw new PlacedRefusal(refuse('A plan of protected columns', statement, ADVICE));
    const dialect = context.dialect;
    const lineage: LineageCatalog = {
      dialect,
      currentDatabase: context.database,
      lowerCaseTableNames: session.server.foldsNames ? 1 : 0,
      table: (database, name) => knownTable(check, reached.tables, catalog, { database, name }),
      function: (call) => (check.storedCalls.has(call) ? { tables: [...check.tables.values()] } : 'native'),
    };
    const judged = judgeColumns(statement, lineage, (column) => this.#rules.actionOf(column));
    switch (judged.kind) {
      case 'plain':
        return plain;
      case 'outputs':
        return {
          statement: judged.statement,
          outputs: judged.outputs.map(({ action }) => action),
          protectedBases: () => judged.outputs.flatMap((output) => (output.action === undefined ? [] : [...output.sources()])),
        };
      case 'refused':
        throw new PlacedRefusal(judged.refusal);
    }
  }

  /** Throws for a write that names a protected column, or could reach one without naming it: what it makes of the values an agent could read, and an error of the server tells values. */
  async write(session: Session, { statement, context }: Pick<ParsedRead, 'statement' | 'context'>, check: ObjectCheck): Promise<void> {
    if (
      statement.kind === 'createTable' &&
      statement.like !== undefined &&
      (await this.#describesHidden(session, [...check.defined, ...check.met.values()]))
    )
      throw new PlacedRefusal(refuse('A copy of a table with hidden columns', statement, ADVICE));
    // What is copied from it is shown whole later, with the limits of partitions and the names of hidden columns.
    if (readsCatalog(check)) throw new PlacedRefusal(refuse('information_schema in a write', statement, ADVICE));
    checkViewReads(statement, context, check);
    await this.#checkDefined(session, statement, check);
    const reached = await this.#reach(session, check);
    if (reached === undefined) return;
    checkWays(statement, [statement], 'read', check);
    if (check.views.size > 0) throw new PlacedRefusal(refuse('A view over protected columns in a write', statement, ADVICE));
    if (changesProtected(statement) && check.defined.some((one) => this.#isProtected(one, reached.tables)))
      throw new PlacedRefusal(refuse('A change of a table with protected columns', statement, ADVICE));
    const mention = findMention(statement, (name) => reached.protected.has(name));
    if (mention !== undefined) throw new PlacedRefusal(refuse('A write that touches protected columns', mention, ADVICE));
  }

  /** Throws for a definition that brings values under a rule for pseudonyms: a column of one's own choice tells the pseudonyms of guesses. */
  async #checkDefined(session: Session, statement: Statement, check: ObjectCheck): Promise<void> {
    if (!NAMES_COLUMNS.has(statement.kind)) return;
    const defined = check.defined.filter((name) => this.#rules.mayMeet(name, 'pseudonym'));
    if (defined.length === 0) return;
    const isNew = (column: string): boolean =>
      defined.some(({ database, name }) => this.#rules.actionOf({ database, table: name, column }) === 'pseudonym');
    const takes = takesColumns(statement) ? await this.#readColumns(session, [...check.defined, ...check.met.values()]) : [];
    const named = findColumnName(statement, isNew);
    if (named !== undefined || takes.some(({ columns }) => columns.some(({ name }) => isNew(name))))
      throw new PlacedRefusal(refuse('A definition of pseudonym columns', named ?? statement, ADVICE));
  }

  #isProtected(name: QualifiedName, tables: readonly TableWithColumns[]): boolean {
    const own = tables.filter((table) => exactKey(table) === exactKey(name));
    return own.length === 0 ? this.#rules.mayMeet(name) : new ProtectedColumns(this.#rules, own).any;
  }

  /** Undefined where no table in reach has a protected column. */
  async #reach(
    session: Session,
    check: ObjectCheck,
  ): Promise<{ readonly tables: readonly TableWithColumns[]; readonly protected: ProtectedColumns } | undefined> {
    const names = new Map<string, QualifiedName>();
    for (const one of [...check.tables.values(), ...viewsOf(check), ...check.defined])
      names.set(exactKey(one), { database: one.database, name: one.name });
    if (![...names.values()].some((name) => this.#rules.mayMeet(name))) return undefined;
    const tables = await this.#readColumns(session, [...names.values()]);
    const found = new ProtectedColumns(this.#rules, tables);
    return found.any ? { tables, protected: found } : undefined;
  }

  async #readColumns(session: Session, names: readonly QualifiedName[]): Promise<TableWithColumns[]> {
    const known = await resolveNames(this.#columns, names, (wanted) => findColumns(session, wanted));
    return names.map((name) => ({ ...name, columns: known.get(exactKey(name)) ?? [] }));
  }

  /** Of hidden columns, and of indexes that have one or may have one in an expression. */
  async #findHiddenNames(session: Session, tables: readonly TableWithColumns[]): Promise<readonly string[]> {
    const isHidden = ({ database, name }: QualifiedName, column: string): boolean =>
      this.#rules.actionOf({ database, table: name, column }) === 'hide';
    const hidden = tables.map((table) => ({ ...table, columns: table.columns.filter(({ name }) => isHidden(table, name)) }));
    const near = hidden.filter(({ columns }) => columns.length > 0);
    if (near.length === 0) return [];
    const indexes = (await findIndexes(session, near)).filter(({ table, column }) => column === undefined || isHidden(table, column));
    return [...near.flatMap(({ columns }) => columns.map(({ name }) => name)), ...indexes.map(({ name }) => name)];
  }

  /** The catalog is shown in part: what stands in the place of its tables can't stand everywhere. */
  #checkCatalogReads(statement: Statement, check: ObjectCheck): void {
    if (!readsCatalog(check)) return;
    if (check.views.size > 0 || check.depth !== 'tables')
      throw new PlacedRefusal(refuse('information_schema beside a view or stored function', statement, ADVICE));
    // Among the conditions of a plan are those that leave hidden columns out, with their names.
    if (statement.kind === 'explain') throw new PlacedRefusal(refuse('A plan of information_schema', statement, ADVICE));
    walk(statement, (node) => {
      if (node.kind === 'tableQuery') throw new PlacedRefusal(refuse('TABLE of information_schema', node, ADVICE));
      return undefined;
    });
  }

  /** The limits of partitions are values: of a protected column they are in no definition. */
  async #checkPartitions(session: Session, statement: Statement, check: ObjectCheck): Promise<void> {
    const near = check.described.filter((name) => this.#rules.mayMeet(name));
    if (near.length === 0) return;
    const divided = await findPartitionExpressions(session, near);
    const tells = near.some(({ database, name }, i) => {
      const text = divided[i] ?? '';
      const isRuled = (column: string): boolean => this.#rules.actionOf({ database, table: name, column }) !== undefined;
      return ODD_SIGNS.test(text) || namesInText(text).some(isRuled);
    });
    if (tells) throw new PlacedRefusal(refuse('The definition of a table that is partitioned by a protected column', statement, ADVICE));
  }

  /** The counter of a protected column is its greatest value. */
  async #checkCounter(session: Session, statement: Statement, { described }: ObjectCheck): Promise<void> {
    const near = described.filter((name) => this.#rules.mayMeet(name));
    const tells = (await this.#readColumns(session, near)).some((table) =>
      table.columns.some(
        ({ name, isCounted }) => isCounted === true && this.#rules.actionOf({ ...table, table: table.name, column: name }) !== undefined,
      ),
    );
    if (tells)
      throw new PlacedRefusal(
        refuse('The definition of a table with a protected AUTO_INCREMENT column', statement, 'rights.describeColumns'),
      );
  }

  /** SHOW and DESCRIBE of a table with hidden columns name them. */
  async #checkDescribed(session: Session, statement: Statement, check: ObjectCheck): Promise<void> {
    const { described } = check;
    if (described.length === 0 || (statement.kind !== 'show' && statement.kind !== 'describe')) return;
    const hides =
      (await this.#describesHidden(session, described)) ||
      (statement.kind === 'show' && statement.subject === 'CREATE TABLE' && (await this.#refersToHidden(session, described)));
    if (hides) throw new PlacedRefusal(refuse('A description of a table with hidden columns', statement, 'rights.describeColumns'));
  }

  async #describesHidden(session: Session, described: readonly QualifiedName[]): Promise<boolean> {
    const tables = await this.#readColumns(session, described);
    const hides = tables.some((table) =>
      // One whose columns can't be read under the name as it is written is described by nobody.
      table.columns.length === 0
        ? this.#rules.mayMeet(table, 'hide')
        : table.columns.some(({ name }) => this.#rules.actionOf({ database: table.database, table: table.name, column: name }) === 'hide'),
    );
    if (hides) return true;
    const views = new Set((await findTables(session, tables)).flatMap((found) => (found?.kind === 'view' ? keyOfName(found) : [])));
    const alike = tables.filter((table) => views.has(keyOfName(table)));
    if (alike.length === 0) return false;
    if (alike.some(({ columns }) => columns.some(({ name }) => this.#rules.hidesInViews(name)))) return true;
    return (await this.#hiddenInViews(session)).some(({ database, table }) => views.has(keyOfName({ database, name: table })));
  }

  /** The definition of a table has the columns that its foreign keys lead to. */
  async #refersToHidden(session: Session, described: readonly QualifiedName[]): Promise<boolean> {
    const targets = await findReferences(session, described);
    return targets.some((column) => this.#rules.actionOf(column) === 'hide');
  }
}

/** What gives columns a name, or tables. */
const NAMES_COLUMNS: ReadonlySet<string> = new Set(['createTable', 'alterTable', 'renameTable', 'view']);

/** To ask for the columns of a view makes the server open all views below it. */
function checkViewReads(statement: Statement, { database }: ParsedRead['context'], check: ObjectCheck): void {
  if (countViewReads(statement, database, check) > MAX_VIEW_READS)
    throw new PlacedRefusal(refuse('A statement that opens views more than 1,000 times', statement, 'columns.view'));
}

function readsCatalog({ met }: ObjectCheck): boolean {
  return [...met.values()].some(({ kind }) => kind === 'system');
}

function viewsOf({ met, views }: ObjectCheck): FoundTable[] {
  return [...met.values()].filter((found) => views.has(exactKey(found)));
}

/** Throws for what tells of values by other ways than by names. */
function checkWays(statement: Statement, trees: readonly Node[], kind: StatementKind, check: ObjectCheck): void {
  if (kind === 'checksum') throw new PlacedRefusal(refuse('CHECKSUM of a table with protected columns', statement, ADVICE));
  if (check.depth === 'functions')
    throw new PlacedRefusal(refuse('A stored function beside a table with protected columns', statement, ADVICE));
  for (const tree of trees) {
    const refusal = checkRowChoice(tree);
    if (refusal !== undefined) throw new PlacedRefusal(tree === statement ? refusal : { ...refusal, position: statement.start });
  }
}

/** Undefined where nothing of the kind is known, which the judge refuses. */
function knownTable(
  { met, views }: ObjectCheck,
  tables: readonly TableWithColumns[],
  catalog: CatalogColumns,
  name: QualifiedName,
): KnownTable | undefined {
  const found = met.get(exactKey(name));
  if (found === undefined) return undefined;
  const own = { database: found.database, name: found.name };
  if (found.kind === 'numbers') return { ...own, columns: [{ name: 'seq' }] };
  if (found.kind === 'system') {
    const part = catalog.get(found.name.toUpperCase());
    return part && { ...own, columns: part.names.map((column) => ({ name: column })) };
  }
  const columns = tables.find((table) => exactKey(table) === exactKey(own))?.columns;
  return columns && { ...own, columns, view: views.get(exactKey(own)) };
}
