/** Arguments of functions that have a syntax of their own, where `name(0, …)` is a syntax error. */
const LISTS: Readonly<Record<string, string>> = {
  '(0) OVER ()': 'FIRST_VALUE LAG LAST_VALUE LEAD MEDIAN',
  '() OVER ()': 'CUME_DIST DENSE_RANK PERCENT_RANK RANK ROW_NUMBER',
  '(0, 1) OVER ()': 'NTH_VALUE',
  '(1) OVER ()': 'NTILE',
  '(0.5) WITHIN GROUP (ORDER BY 0) OVER ()': 'PERCENTILE_CONT PERCENTILE_DISC',
  '(0 AS CHAR)': 'CAST',
  '(0, CHAR)': 'CONVERT',
  "('a', 'b' AS CHAR)": 'COLUMN_GET',
  "('2000-01-01', INTERVAL 1 DAY)": 'DATE_ADD DATE_SUB',
  "(DAY FROM '2000-01-01')": 'EXTRACT',
  "('a' IN 'b')": 'POSITION',
  "(DATE, 'USA')": 'GET_FORMAT',
  "(DAY, 1, '2000-01-01')": 'TIMESTAMPADD',
  "(DAY, '2000-01-01', '2000-01-01')": 'TIMESTAMPDIFF',
  "('{}', '$.a')": 'JSON_VALUE',
  "('a': 1)": 'JSON_DUALITY_OBJECT',
  '(a)': 'DEFAULT LASTVAL NEXTVAL VALUE VALUES',
  '(a, 1)': 'SETVAL',
  "(a) AGAINST ('b')": 'MATCH',
};

/** Name to what stands behind it. */
export const SAMPLES: ReadonlyMap<string, string> = new Map(
  Object.entries(LISTS).flatMap(([sample, names]) => names.split(' ').map((name) => [name, sample] as const)),
);

/** They are no calls, though a parenthesis may follow. */
export const NO_CALLS: ReadonlySet<string> = new Set(['ROW', 'NOT', 'BINARY', 'EXISTS', 'SELECT', 'CASE', 'ALL', 'DISTINCT']);
