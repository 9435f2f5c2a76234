import type { Token } from '../sql/lexer.ts';
import { isName, keyword, refuse, type Refusal } from './verdict.ts';

/** Tables of the `mysql` database that hold passwords or their hashes, and where: '' stands for every column. */
const TABLES: ReadonlyMap<string, RegExp> = new Map([
  ['USER', /^(?:AUTHENTICATION_STRING|PASSWORD|USER_ATTRIBUTES|PRIV)$/],
  ['GLOBAL_PRIV', /^PRIV$/],
  ['PASSWORD_HISTORY', /^PASSWORD$/],
  ['SERVERS', /^PASSWORD$/],
  ['SLAVE_MASTER_INFO', /^USER_PASSWORD$/],
]);

const INSTEAD = 'Name the columns that are needed and leave the credentials out.';

/**
 * Refuses to read columns that hold credentials, and whatever reads all columns of a table that has them. The name of such
 * a table counts where it is qualified with `mysql`, and everywhere if that is the current database.
 */
export function judgeCredentials(statement: readonly Token[], database: string | undefined): Refusal | undefined {
  const columns = statement.flatMap((token, i) => {
    const found = isName(token) ? TABLES.get(token.upper) : undefined;
    if (found === undefined) return [];
    const qualified = statement[i - 1]?.text === '.' && isName(statement[i - 2]);
    const inMysql = qualified
      ? statement[i - 2]?.upper === 'MYSQL'
      : database?.toUpperCase() === 'MYSQL' && keyword(statement[i + 1]) !== '(';
    return inMysql ? [found] : [];
  });
  if (columns.length === 0 || ['SHOW', 'DESCRIBE', 'DESC'].includes(keyword(statement[0]))) return undefined;
  for (const [i, token] of statement.entries()) {
    if (isName(token) && columns.some((column) => column.test(token.upper))) return refuse(`Reading ${token.text}`, token, INSTEAD);
    const allColumns = token.text === '*' && !isCountStar(statement, i);
    if ((allColumns && !isProduct(statement, i)) || keyword(token) === 'TABLE') {
      return refuse('Reading all columns of a table that holds credentials', token, INSTEAD);
    }
  }
  return undefined;
}

function isCountStar(statement: readonly Token[], i: number): boolean {
  return statement[i - 1]?.text === '(' && statement[i + 1]?.text === ')' && statement[i - 2]?.upper === 'COUNT';
}

/** A product has an operand on its left that is neither a keyword nor a separator. */
function isProduct(statement: readonly Token[], i: number): boolean {
  const left = statement[i - 1];
  return left?.kind === 'number' || left?.kind === 'string' || left?.text === ')';
}

/** SHOW GRANTS of MariaDB tells how its own account logs in, SHOW CREATE TABLE how a table elsewhere is reached. */
export function hideCredentials(text: string): string {
  if (text.startsWith('GRANT ')) {
    return text.replace(/ IDENTIFIED (?:BY PASSWORD|VIA|WITH) .*?(?= REQUIRE | WITH |$)/s, ' IDENTIFIED BY <hidden>');
  }
  if (text.startsWith('CREATE ')) {
    return text
      .replaceAll(/\bCONNECTION='(?:[^'\\]|''|\\.)*'/gs, "CONNECTION='<hidden>'")
      .replaceAll(/\bpassword "[^"]*"/gi, 'password "<hidden>"');
  }
  return text;
}
