/** How a hostile text is made: `open` and `close` once, `unit` as often as it takes. */
export interface Shape {
  readonly name: string;
  readonly open?: string;
  readonly unit: string;
  readonly close?: string;
  /** Repeated behind the units, as often as they are: for what nests. */
  readonly mirror?: string;
}

/** What makes a reader look back, look ahead or try again. */
export const SHAPES: readonly Shape[] = [
  { name: 'conditions', open: 'SELECT 1 FROM t WHERE ', unit: '(id=1 OR name=2) AND ', close: '1' },
  { name: 'disjunctions', open: 'SELECT 1 FROM t WHERE ', unit: '1=2 OR ', close: '1' },
  { name: 'disjunctions of parentheses', open: 'SELECT 1 FROM t WHERE ', unit: 'OR ((', close: '1' },
  { name: 'pipes', open: "SELECT 'a'", unit: "||'a'" },
  { name: 'unions', open: 'SELECT NULL,NULL ', unit: 'UNION SELECT NULL,NULL ' },
  { name: 'unions of parentheses', open: 'SELECT 1 ', unit: 'UNION ALL (( ' },
  { name: 'open parentheses', open: 'SELECT ', unit: '(' },
  { name: 'closed parentheses', open: 'SELECT ', unit: ')' },
  { name: 'nested parentheses', open: 'SELECT ', unit: '(', close: '1', mirror: ')' },
  { name: 'nested calls', open: 'SELECT ', unit: 'ABS(', close: '1', mirror: ')' },
  { name: 'nested queries', open: 'SELECT ', unit: '(SELECT ', close: '1', mirror: ')' },
  { name: 'nested CASE', open: 'SELECT ', unit: 'CASE WHEN 1 THEN ', close: '1', mirror: ' END' },
  { name: 'commas', open: 'SELECT 1', unit: ',1' },
  { name: 'placeholders', open: 'SELECT 1 IN (?', unit: ', ?', close: ')' },
  { name: 'rows', open: 'INSERT INTO t VALUES (1)', unit: ', (1)' },
  { name: 'rows of blanks', open: 'INSERT INTO t VALUES (1)', unit: ' ' },
  { name: 'assignments', open: 'UPDATE t SET a=1', unit: ', a=a+1', close: ' WHERE 1' },
  { name: 'dots', open: 'SELECT a', unit: '.a' },
  { name: 'bare dots', open: 'SELECT ', unit: '.' },
  { name: 'ats', open: 'SELECT ', unit: '@' },
  { name: 'variables', open: 'SELECT @a', unit: ',@a' },
  { name: 'backslashes', open: "SELECT '", unit: '\\' },
  { name: 'pairs of backslashes', open: "SELECT '", unit: '\\\\', close: "'" },
  { name: 'single quotes', open: 'SELECT ', unit: "'" },
  { name: 'double quotes', open: 'SELECT ', unit: '"' },
  { name: 'back-ticks', open: 'SELECT ', unit: '`' },
  { name: 'an open string', open: "SELECT '", unit: 'a' },
  { name: 'strings', open: 'SELECT ', unit: "'a' " },
  { name: 'comments', open: 'SELECT 1 ', unit: '/*a*/' },
  { name: 'open comments', open: 'SELECT 1 ', unit: '/*' },
  { name: 'executable comments', open: 'SELECT 1 ', unit: '/*!50000 +1*/' },
  { name: 'skipped comments', open: 'SELECT 1 ', unit: '/*!99999 /*a*/ +1*/' },
  { name: 'open executable comments', open: 'SELECT 1 ', unit: '/*!' },
  { name: 'comments of MariaDB', open: 'SELECT 1 ', unit: '/*M!100100 +1*/' },
  { name: 'hints', open: 'SELECT ', unit: '/*+ BKA(t) */', close: ' 1' },
  { name: 'a long hint', open: 'SELECT /*+ ', unit: 'BKA (t), ', close: '*/ 1' },
  { name: 'a hint of blanks', open: 'SELECT /*+ BKA', unit: ' ', close: '*/ 1' },
  { name: 'line comments', open: 'SELECT 1', unit: '-- or\n' },
  { name: 'one line of dashes', open: 'SELECT 1', unit: '-- ' },
  { name: 'hashes', open: 'SELECT 1', unit: '#' },
  { name: 'separators', unit: ';' },
  { name: 'statements', unit: 'SELECT 1;' },
  { name: 'blanks', open: 'SELECT', unit: ' ', close: '1' },
  { name: 'blanks before nothing', unit: ' ' },
  { name: 'line ends', open: 'SELECT', unit: '\r\n', close: '1' },
  { name: 'digits', open: 'SELECT ', unit: '1' },
  { name: 'numbers', open: 'SELECT ', unit: '1e1 ' },
  { name: 'hexadecimal digits', open: 'SELECT 0x', unit: '41' },
  { name: 'percent codes', unit: '%27%20or%201=1' },
  { name: 'entities', unit: '&#39' },
  { name: 'a long name', open: 'SELECT ', unit: 'a' },
  { name: 'capitals', open: 'SELECT ', unit: 'aB' },
  { name: 'names beyond ASCII', open: 'SELECT ', unit: 'é' },
  { name: 'colons', open: 'SELECT ', unit: ':a ' },
  { name: 'dollars', unit: '${A:-' },
  { name: 'names with dollars', unit: '$A' },
  { name: 'braces', unit: '${A}' },
  { name: 'keys and values', unit: 'MYSQL_HOST=h\n' },
  { name: 'groups', unit: '[client_a]\nhost=h\nuser=u\n' },
  { name: 'an option of blanks', open: '[client]\nhost=', unit: ' ', close: 'x' },
  { name: 'an option of words and blanks', open: '[client]\nhost=', unit: 'a ', close: '#' },
  { name: 'elements', unit: '<a key="b">', mirror: '</a>' },
  { name: 'flow of YAML', open: 'services: ', unit: '[', mirror: ']' },
  { name: 'services', open: 'services:\n', unit: '  a: {image: mysql}\n' },
  { name: 'variables of YAML', open: 'services:\n  a:\n    image: "mysql:', unit: '${A:-', close: '"\n    ports: ["1:3306"]' },
  { name: 'ports of YAML', open: 'services:\n  a:\n    image: mysql\n    ports:\n', unit: '      - "1:2"\n' },
  { name: 'a port of slashes', open: 'services:\n  a:\n    image: "', unit: '/mysql', close: '"' },
  { name: 'slashes', open: 'mysql://a@b/', unit: '/' },
  { name: 'users', open: 'mysql://', unit: 'a:@' },
  { name: 'parameters', open: 'mysql://a@b/c?', unit: 'ssl-mode=required&' },
  { name: 'grants', open: 'GRANT SELECT', unit: ', SELECT (a, b)', close: ' ON `a`.* TO `b`@`c`' },
  { name: 'grants without an end', open: 'GRANT ', unit: 'SELECT (' },
  { name: 'identified', open: 'GRANT ', unit: ' IDENTIFIED BY PASSWORD' },
  { name: 'connections of a table', open: 'CREATE TABLE t (a INT) ', unit: "CONNECTION='" },
  { name: 'passwords of a table', open: 'CREATE TABLE t (a INT) ', unit: 'password "' },
  { name: 'columns', open: 'CREATE TABLE t (a INT', unit: ', a INT', close: ')' },
  { name: 'near', open: "You have an error near '", unit: "' at line 1", close: 'x' },
  { name: 'a plan', unit: '    -> Filter: (cost=1 rows=1) (actual time=1..1 rows=1 loops=1)\n' },
  { name: 'a line of a plan', open: '-> ', unit: '(cost=1 ' },
  { name: 'a version', unit: '5.5.5-1-MariaDB' },
];

/** About `length` characters of a shape. */
export function hostileText({ open = '', unit, close = '', mirror = '' }: Shape, length: number): string {
  const times = Math.max(1, Math.floor((length - open.length - close.length) / (unit.length + mirror.length)));
  return open + unit.repeat(times) + close + mirror.repeat(times);
}
