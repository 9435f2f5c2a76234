import { phrase } from '../phrase.ts';
import type { CreateRoutine, CreateTrigger, Drop, EventDefinition } from '../sql/ast/definitions.ts';
import type { ObjectName } from '../sql/ast/expressions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { SchemaState } from './schemaState.ts';
import { StatementFails, StatementUnknown } from './statementFails.ts';

const MISSING = { TRIGGER: 1360, PROCEDURE: 1305, FUNCTION: 1305, EVENT: 1539, DATABASE: 1008 } as const;
const EXISTS = { TRIGGER: 1359, PROCEDURE: 1304, FUNCTION: 1304, EVENT: 1537 } as const;

/** False where nothing is done. Throws StatementFails. */
export function dropPrograms(
  { object, names, ifExists }: Pick<Drop, 'object' | 'ifExists'> & { readonly names: readonly QualifiedName[] },
  state: SchemaState,
): boolean {
  if (object === 'SEQUENCE' || object === 'INDEX' || object === 'TABLE' || object === 'VIEW')
    throw new StatementUnknown(phrase("the rules don't cover DROP {0}", object));
  for (const name of names) {
    if (!state.hasProgram(object, name)) {
      if (!ifExists) throw new StatementFails(MISSING[object], phrase("{0} {1} doesn't exist", object.toLowerCase(), name.name));
      return false;
    }
    state.setProgram(object, name, false);
    if (object === 'DATABASE') state.dropDatabase(name.name);
  }
  return true;
}

/** `requireTable` is called with the table of a trigger. False where nothing is done. Throws StatementFails. */
export function judgeProgram(
  node: CreateTrigger | CreateRoutine | EventDefinition,
  state: SchemaState,
  requireTable: (table: ObjectName) => void,
): boolean {
  const kind = node.kind === 'trigger' ? 'TRIGGER' : node.kind === 'event' ? 'EVENT' : node.type;
  const named = node.kind === 'trigger' ? node.trigger : node.kind === 'event' ? node.event : node.routine;
  const database = named.database?.name ?? state.database;
  if (database === undefined) throw new StatementFails(1046, phrase('no database is selected'));
  const name = { database, name: named.name.name };
  const exists = state.hasProgram(kind, name);
  const alters = node.kind === 'event' && node.verb === 'ALTER';
  if (alters !== exists && !node.orReplace) {
    if (exists && node.ifNotExists) return false;
    throw new StatementFails(
      alters ? 1539 : EXISTS[kind],
      exists ? phrase('{0} {1} exists', kind.toLowerCase(), name.name) : phrase("{0} {1} doesn't exist", kind.toLowerCase(), name.name),
    );
  }
  if (node.kind === 'trigger') requireTable(node.table);
  state.setProgram(kind, name, true);
  return true;
}

/** False where nothing is done. Throws StatementFails. */
export function judgeDatabase(node: Extract<Statement, { kind: 'database' }>, state: SchemaState): boolean {
  const name = { database: '', name: node.name?.name ?? state.database ?? '' };
  const exists = state.hasProgram('DATABASE', name);
  if (node.verb === 'ALTER' && !exists) throw new StatementFails(1049, phrase("database {0} doesn't exist", name.name));
  if (node.verb === 'CREATE' && exists) {
    if (node.ifNotExists) return false;
    if (!node.orReplace) throw new StatementFails(1007, phrase('database {0} exists', name.name));
  }
  state.setProgram('DATABASE', name, true);
  return true;
}
