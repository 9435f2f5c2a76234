import { number, text } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import { isPilotError } from '../../errors.ts';
import type { AlterAction, AlterTable } from '../../sql/ast/definitions.ts';
import type { OwnSql } from '../../sql/ownSql.ts';
import { sql, textLiteral } from '../../sql/ownSql.ts';
import type { Way } from '../wayKinds.ts';

/** The server refuses this way, and would take a dearer one: 4092 and 4158 are limits of INSTANT. */
const DEARER = new Set([1845, 1846, 4092, 4158]);

type Lock = 'DEFAULT' | Way['lock'];
type Algorithm = Way['algorithm'] | 'NOCOPY';

const locked = (algorithm: Algorithm): (readonly [Algorithm, Lock])[] =>
  (['NONE', 'SHARED', 'EXCLUSIVE'] as const).map((lock) => [algorithm, lock] as const);

/** From the cheapest on. */
function ladder({ flavor, versionNumber }: Session['server']): (readonly [Algorithm, Lock])[] {
  const hasInstant = flavor === 'mariadb' ? versionNumber >= 100_300 : versionNumber >= 80_012;
  const instant = hasInstant ? [['INSTANT', 'DEFAULT'] as const] : [];
  return [...instant, ...(flavor === 'mariadb' && hasInstant ? locked('NOCOPY') : []), ...locked('INPLACE'), ...locked('COPY')];
}

/** True where the server ignores the clauses, or the statement has its own: it runs as it is, and its success tells no way. */
export function tellsNoWay({ actions, options, partitioning }: AlterTable, { flavor }: Session['server']): boolean {
  if (options.includes('ONLINE') || actions.some(({ action }) => action === 'ALGORITHM' || action === 'LOCK')) return true;
  if (flavor !== 'mariadb') return false;
  return (
    partitioning !== undefined ||
    actions.some(({ action, option }) => action.endsWith(' PARTITION') || action === 'ORDER BY' || option?.name === 'ENGINE')
  );
}

export interface WayTrial {
  readonly session: Session;
  readonly print: (node: AlterTable) => OwnSql;
  /** Names of copies on disk begin with it; undefined where these can't be looked for. */
  readonly files: string | undefined;
  /** What the rules say, where the server does not tell. */
  readonly rebuilds: boolean | undefined;
}

/** Runs it in the cheapest way that the server takes. Rejects with the error of the server. */
export async function tryWays(node: AlterTable, { session, print, files, rebuilds }: WayTrial): Promise<Way> {
  const before = await tableIds(session, files);
  let refusal: unknown;
  for (const [algorithm, lock] of ladder(session.server)) {
    try {
      await session.read(print({ ...node, actions: [...clauses(node, algorithm, lock), ...node.actions] }));
    } catch (error) {
      if (!isPilotError(error) || !DEARER.has(error.errno ?? 0)) throw error;
      refusal = error;
      continue;
    }
    if (algorithm === 'INSTANT') return { algorithm, lock: 'NONE', rebuilds: false };
    const taken = lock === 'DEFAULT' ? 'NONE' : lock;
    if (algorithm === 'NOCOPY') return { algorithm: 'INPLACE', lock: taken, rebuilds: false };
    if (algorithm === 'COPY' || session.server.flavor === 'mariadb') return { algorithm, lock: taken, rebuilds: true };
    const after = await tableIds(session, files);
    return { algorithm, lock: taken, rebuilds: before === undefined || after === undefined ? (rebuilds ?? true) : isAnew(before, after) };
  }
  throw refusal;
}

function clauses({ start, end }: AlterTable, algorithm: Algorithm, lock: Lock): AlterAction[] {
  const action = { kind: 'alterAction', start, end } as const;
  return [
    { ...action, action: 'ALGORITHM', word: algorithm },
    { ...action, action: 'LOCK', word: lock },
  ];
}

/** MySQL gives a table or partition that it has built anew another number. Only an account with PROCESS can read it. */
async function tableIds(session: Session, files: string | undefined): Promise<ReadonlySet<number> | undefined> {
  if (files === undefined || session.server.flavor === 'mariadb' || session.server.versionNumber < 80_000) return undefined;
  try {
    const rows = await session.read(
      sql`SELECT table_id AS id, name AS name FROM information_schema.innodb_tables WHERE LOCATE(${textLiteral(files)}, name) = 1`,
    );
    return new Set(rows.filter((row) => text(row, 'name') !== '').map((row) => number(row, 'id') ?? 0));
  } catch (error) {
    if (!isPilotError(error) || error.errno === undefined) throw error;
    return undefined;
  }
}

/** Some are gone, and others have come. */
function isAnew(before: ReadonlySet<number>, after: ReadonlySet<number>): boolean {
  return [...before].some((id) => !after.has(id)) && [...after].some((id) => !before.has(id));
}
