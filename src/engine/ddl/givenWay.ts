import { phrase } from '../phrase.ts';
import type { AlterTable } from '../sql/ast/definitions.ts';
import type { DdlContext } from './ddlContext.ts';
import { StatementFails } from './statementFails.ts';
import type { Way } from './wayKinds.ts';

const ALGORITHMS = ['INSTANT', 'INPLACE', 'COPY'];
const LOCKS = ['NONE', 'SHARED', 'EXCLUSIVE'];

/** The way that a statement asks for. One that asks for less than it needs fails before anything is done. */
export function givenWay({ actions, options }: AlterTable, way: Way, { flavor }: Pick<DdlContext, 'flavor'>, columnsCome: boolean): Way {
  const word = (action: 'ALGORITHM' | 'LOCK'): string | undefined => actions.find((one) => one.action === action)?.word;
  const [algorithm, lock] = [word('ALGORITHM'), options.includes('ONLINE') ? 'NONE' : word('LOCK')];
  const needs = phrase('it needs ALGORITHM={0}, LOCK={1}', way.algorithm, way.lock);
  const place = algorithm === 'NOCOPY' ? (way.rebuilds ? -1 : 1) : ALGORITHMS.indexOf(algorithm ?? 'DEFAULT');
  const isGiven = algorithm !== undefined && algorithm !== 'DEFAULT';
  // 1846 says why, 1845 does not.
  if (isGiven && place < ALGORITHMS.indexOf(way.algorithm))
    throw new StatementFails(way.algorithm === 'INPLACE' && flavor === 'mysql' ? 1845 : 1846, needs);
  const at = LOCKS.indexOf(lock ?? 'DEFAULT');
  const found: Way =
    isGiven && algorithm === 'COPY'
      ? { algorithm: 'COPY', lock: 'SHARED', rebuilds: true }
      : isGiven && algorithm === 'INPLACE' && way.algorithm === 'INSTANT'
        ? { algorithm: 'INPLACE', lock: 'NONE', rebuilds: columnsCome }
        : way;
  if (at >= 0 && at < LOCKS.indexOf(found.lock)) throw new StatementFails(1846, phrase('it needs LOCK={0}', found.lock));
  return at > LOCKS.indexOf(found.lock) ? { ...found, lock: lock as Way['lock'] } : found;
}
