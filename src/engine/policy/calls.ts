import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { Token } from '../sql/lexer.ts';
import { isHarmlessSysFunction, judgeCall } from './functions.ts';
import { explainedDatabase } from './references.ts';
import { isName, keyword, refuse, type Refusal, type Surroundings } from './verdict.ts';

/**
 * The parser takes these for functions only where the parenthesis follows directly (without IGNORE_SPACE, which our sessions
 * have off); else they name a stored function of the current database.
 * @see https://dev.mysql.com/doc/refman/9.7/en/function-resolution.html
 */
const SPACE_SENSITIVE = new Set(
  (
    'ADDDATE BIT_AND BIT_OR BIT_XOR CAST COUNT CURDATE CURTIME DATE_ADD DATE_SUB EXTRACT GROUP_CONCAT MAX MID MIN NOW POSITION ' +
    'SESSION_USER STD STDDEV STDDEV_POP STDDEV_SAMP SUBDATE SUBSTR SUBSTRING SUM SYSDATE SYSTEM_USER TRIM VARIANCE VAR_POP VAR_SAMP'
  ).split(' '),
);

const STORED =
  'Read the tables that it reads, or ask the user to allow it (VS Code command "MySQL Pilot: Allow Stored Functions"; elsewhere `allowedFunctions` of the connection).';

/** Judges the name at `i` if something is called by it: what stands before a parenthesis must be known to be harmless. */
export function judgeCallAt(statement: readonly Token[], i: number, surroundings: Surroundings): Refusal | undefined {
  const name = statement[i];
  const parenthesis = statement[i + 1];
  if (parenthesis?.text !== '(') return undefined;
  if (startsWithDigit(statement, i)) {
    if (isDeclaration(statement, i)) return undefined;
    return refuse(`A name that starts with a digit before a parenthesis (…${name?.text ?? ''})`, name, 'Put a space behind the number.');
  }
  if (!isName(name)) return undefined;
  const { database } = surroundings;
  if (isAllowed(calledAt(statement, i, database), surroundings)) return undefined;
  if (isQualified(statement, i)) return judgeQualified(statement, i, surroundings);
  const verdict = judgeCall(name.upper);
  if (typeof verdict === 'object') {
    if (isDeclaration(statement, i)) return undefined;
    return refuse(`The function ${name.upper}()`, name, `Leave it out: ${verdict.refusedBecause}.`);
  }
  if (name.kind === 'word' && verdict !== 'unknown') {
    const apart = parenthesis.start > name.end && SPACE_SENSITIVE.has(name.upper);
    return apart ? refuse(`A space between ${name.text} and its parenthesis`, name, `Write ${name.text}( without the space.`) : undefined;
  }
  if (isDeclaration(statement, i)) return undefined;
  if (database?.toLowerCase() === 'sys' && isHarmlessSysFunction(name.upper, surroundings.outOfReach !== undefined)) return undefined; // as its own views write them
  if (verdict !== 'unknown') return refuse(`The quoted function name \`${name.text}\``, name, 'Write built-in functions without quotes.');
  return refuse(`The function ${name.text}(), which is not a known built-in one,`, name, STORED);
}

/** The allowed stored functions that are called in a statement, and perhaps some that only look like it. */
export function collectCalls(statement: readonly Token[], surroundings: Surroundings): QualifiedName[] {
  const database = explainedDatabase(statement) ?? surroundings.database;
  const called = statement.map((_, i) => (statement[i + 1]?.text === '(' ? calledAt(statement, i, database) : undefined));
  return called.filter((name) => name !== undefined).filter((name) => isAllowed(name, surroundings));
}

/** The stored function that would be called if the name at `i` is one. */
function calledAt(statement: readonly Token[], i: number, current: string | undefined): QualifiedName | undefined {
  const name = statement[i];
  const qualified = isQualified(statement, i);
  if (!isName(name) || (qualified && (!isName(statement[i - 2]) || isQualified(statement, i - 2)))) return undefined;
  const builtIn = !qualified && name.kind === 'word' && judgeCall(name.upper) !== 'unknown';
  const database = qualified ? statement[i - 2]?.text : current;
  return builtIn || database === undefined ? undefined : { database, name: name.text };
}

function isQualified(statement: readonly Token[], i: number): boolean {
  return statement[i]?.afterDot === true || statement[i - 1]?.text === '.';
}

function isAllowed(name: QualifiedName | undefined, { functions }: Surroundings): boolean {
  return name !== undefined && functions?.has(keyOfName(name)) === true;
}

/** `1abs(` calls a stored function of that name; our lexer sees a number and a word. */
function startsWithDigit(statement: readonly Token[], i: number): boolean {
  const name = statement[i];
  const before = statement[i - 1];
  return name?.kind === 'number' || (name?.kind === 'word' && before?.kind === 'number' && before.end === name.start);
}

/** A qualified name calls a stored function (or a package's). */
function judgeQualified(statement: readonly Token[], i: number, { outOfReach }: Surroundings): Refusal | undefined {
  const name = statement[i];
  const database = statement[i - 2];
  if (name === undefined || database === undefined) return undefined;
  const inSys = database.upper === 'SYS' && statement[i - 3]?.text !== '.';
  if (inSys && isHarmlessSysFunction(name.upper, outOfReach !== undefined)) return undefined;
  if (keyword(statement[i - 3]) === 'INTO') return undefined;
  return refuse(`The stored function ${database.text}.${name.text}()`, database, STORED);
}

/** `INTO name (columns)`, `AS name (columns)`, `(…) name (columns)`, `WITH name (columns) AS (`: given columns, not called. */
function isDeclaration(statement: readonly Token[], i: number): boolean {
  const before = statement[i - 1];
  if (['AS', 'INTO'].includes(keyword(before)) || before?.text === ')') return true;
  let depth = 0;
  for (let j = i + 1; j < statement.length; j++) {
    const { text } = statement[j] ?? { text: '' };
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return keyword(statement[j + 1]) === 'AS' && statement[j + 2]?.text === '(';
  }
  return false;
}
