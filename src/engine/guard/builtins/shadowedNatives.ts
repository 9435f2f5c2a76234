import type { Dialect } from '../../sql/lexer/dialect.ts';
import { upperAscii } from '../../sql/reserved/nameList.ts';
import { nativeNames } from './nativeFunctions.ts';

/** Major and minor version in one number: of these the lists were made by asking the server itself (`npm run builtins`). */
const ASKED: Readonly<Record<Dialect['flavor'], ReadonlySet<number>>> = {
  mysql: new Set([506, 907]),
  mariadb: new Set([1005, 1011, 1108]),
};

/** Tells whether this server itself said which functions it has; of others we only believe it. */
export function wasAsked({ flavor, version }: Pick<Dialect, 'flavor' | 'version'>): boolean {
  return ASKED[flavor].has(Math.floor(version / 100));
}

/** A stored function of a database that bears the name of a native one. */
export function shadowKey(database: string, name: string): string {
  return `${database.toLowerCase()}\0${upperAscii(name)}`;
}

/**
 * One statement that lists the visible stored functions (`database`, `name`) that bear the name of a function which the server is believed to
 * have itself. Where the belief is wrong, for a version that was never asked, an unqualified call in that database runs the stored function. An
 * account that does not see a routine cannot call it either. `sys` is left out: its functions of such names are older than the native ones.
 */
export function shadowedNativesSql(dialect: Pick<Dialect, 'flavor' | 'version'>): string {
  // Names are of [A-Z0-9_] only. The column's collation ignores case, so this finds the spelling that the server would find.
  const names = nativeNames(dialect).map((name) => `'${name}'`);
  return (
    'SELECT routine_schema AS `database`, routine_name AS `name` FROM information_schema.routines ' +
    `WHERE routine_type = 'FUNCTION' AND routine_schema <> 'sys' AND routine_name IN (${names.join(',')}) LIMIT 1000`
  );
}
