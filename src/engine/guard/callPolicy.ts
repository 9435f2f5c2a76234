import type { Call, Expression } from '../sql/ast/expressions.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Node } from '../sql/walk.ts';
import { functionPolicy, isHarmlessSysFunction } from './builtins/functionPolicy.ts';
import { isNative } from './builtins/nativeFunctions.ts';
import { isFunctionAllowed, type ReadContext } from './readContext.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

const ALLOW = 'rights.allowFunction';

/** What a call in the generic form is: one of the server's own functions that is harmless, or a stored one that has to be looked up. */
export interface CallVerdict {
  readonly stored: QualifiedName | undefined;
}

/** Tells whether the server takes a call, as it is written, for one of its own functions. */
export function isNativeCall({ name, database, args, blankBefore }: Call, dialect: Dialect): boolean {
  return database === undefined && isNative(name.name, dialect, { blankBefore, quoted: name.quoted, argumentCount: args.length });
}

/** Decides what a call means on this server, and whether it may be made. */
export function checkCall(call: Call, context: ReadContext): CallVerdict | Refusal {
  const { name, database } = call;
  if (isNativeCall(call, context.dialect)) return checkNative(call, context);
  const stored = { database: database?.name ?? context.database ?? '', name: name.name };
  if (stored.database === '') return unknown(call, context);
  const inSys = stored.database.toLowerCase() === 'sys';
  if (inSys && isHarmlessSysFunction(name.name, context.isTableDenied !== undefined)) return { stored };
  if (isFunctionAllowed(stored, context)) return { stored };
  if (database !== undefined) return refuse(`The stored function ${database.name}.${name.name}()`, call, ALLOW);
  return unknown(call, context);
}

/** The stored function that a call which is not native means, whether or not it may be called. */
export function storedName(call: Call, { dialect, database }: ReadContext): QualifiedName | undefined {
  const where = call.database?.name ?? database;
  return where === undefined || isNativeCall(call, dialect) ? undefined : { database: where, name: call.name.name };
}

function checkNative(call: Call, context: ReadContext): CallVerdict | Refusal {
  const name = call.name.name.toUpperCase();
  if (name === 'LAST_INSERT_ID' && call.args.length > 0) return refuse('LAST_INSERT_ID() with an argument', call, 'leaveOut.argument');
  if (SCHEMA_CHECKS.has(name) && !isPlainSchema(call.args[0]?.value)) {
    const what = `${name}() with a pattern, a reference or a computed schema`;
    return refuse(what, call, 'write.plainSchema');
  }
  return checkFunction(name, call, context) ?? { stored: undefined };
}

const SCHEMA_CHECKS = new Set(['JSON_SCHEMA_VALID', 'JSON_SCHEMA_VALIDATION_REPORT']);

/** MySQL matches a "pattern" with a library that backtracks without end. References multiply: 24 of two each keep it busy for minutes. An escape could hide either word. */
function isPlainSchema(schema: Expression | undefined): boolean {
  return schema?.kind === 'string' && !schema.value.includes('\\') && !/pattern|\$ref/i.test(schema.value);
}

/** A name that is no function of this server as it is written. */
function unknown({ name, blankBefore, args, start }: Call, { dialect }: ReadContext): Refusal {
  const plain = { blankBefore: false, quoted: false, argumentCount: args.length };
  if (isNative(name.name, dialect, plain)) {
    if (name.quoted) return refuse(`The quoted function name \`${name.name}\``, { start }, 'write.withoutQuotes');
    if (blankBefore) return refuse(`A space between ${name.name} and its parenthesis`, { start }, ['write.withoutSpace', name.name]);
  }
  return refuse(`The function ${name.name}(), which is not a known built-in one,`, { start }, ALLOW);
}

export function checkFunction(name: string, at: Node, { dialect }: ReadContext): Refusal | undefined {
  const policy = functionPolicy(name, dialect);
  if (policy === 'harmless') return undefined;
  if (policy === 'unknown') return refuse(`The function ${name}(), which is not known to be safe,`, at, 'leaveOut.withoutIt');
  return refuse(`The function ${name}()`, at, `leaveOut.${policy.refused}`);
}
