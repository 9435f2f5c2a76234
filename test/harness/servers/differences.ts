/**
 * What the suites of engine and tools ask of a server that MySQL 5.6 does not have, by the full title of the test or of its suite. Everything else
 * of those suites runs on it, too (`npm run test:versions`).
 */
export const OLD_DIFFERENCES: Readonly<Record<string, string>> = {
  'catalog on mysql odd names are names like any other': 'it gives columns of a primary key a default',
  'database on mysql a row that is larger than any answer is not read, and said so': 'it sends no packet that large by default',
  'golden answers on mysql': 'its answers are others',
  'mysql_diagnose on mysql counts deadlocks': 'it does not count them',
  'mysql_export on mysql JSON lines: each line an object, numbers to the last digit': 'it has no JSON',
  'mysql_index_advice on mysql writes are advised and not run': 'it does not tell how it understands a write',
  'schema tools on mysql describe: levels, sample rows, and the nearest names of what does not exist':
    'it gives columns of a primary key a default',
  'schema tools on mysql describe: routines and events with their text, and what a column holds':
    'the answer lists integers with their width',
  'schema tools on mysql relationships: of a database, of a table, and the joins between tables':
    'the answer lists integers with their width',
  'schema tools on mysql explain with analyze measures, and finds wrong estimates': 'it cannot measure plans',
  'the form of a table on mysql': 'its tables have no expressions as defaults, no JSON, no computed columns',
};
