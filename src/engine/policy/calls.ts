import type { Token } from '../sql/lexer.ts';
import { isHarmlessSysFunction, judgeCall } from './functions.ts';
import { isName, keyword, refuse, type Refusal } from './verdict.ts';

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

const STORED = 'Stored and loadable functions are not run here: read the tables that it reads.';

/** Judges the name at `i` if something is called by it: what stands before a parenthesis must be known to be harmless. */
export function judgeCallAt(statement: readonly Token[], i: number, database: string | undefined): Refusal | undefined {
  const name = statement[i];
  const parenthesis = statement[i + 1];
  if (!isName(name) || parenthesis?.text !== '(') return undefined;
  if (name.afterDot || statement[i - 1]?.text === '.') return judgeQualified(statement, i);
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
  if (database?.toLowerCase() === 'sys' && isHarmlessSysFunction(name.upper)) return undefined; // as its own views write them
  if (verdict !== 'unknown') return refuse(`The quoted function name \`${name.text}\``, name, 'Write built-in functions without quotes.');
  return refuse(`The function ${name.text}(), which is not a known built-in one,`, name, STORED);
}

/** A qualified name calls a stored function (or a package's). */
function judgeQualified(statement: readonly Token[], i: number): Refusal | undefined {
  const name = statement[i];
  const database = statement[i - 2];
  if (name === undefined || database === undefined) return undefined;
  const inSys = database.upper === 'SYS' && statement[i - 3]?.text !== '.';
  if (inSys && isHarmlessSysFunction(name.upper)) return undefined;
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
