import type { Session } from '../driver/session.ts';
import { readForeignKeys } from '../schema/foreignKeys.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { judge, readScene, sceneOf } from './scriptScene.ts';
import type { Way } from './wayKinds.ts';

/** How the server makes a change; undefined where the rules don't tell, and where it would refuse it. Reads definitions only. */
export async function readWay(session: Session, statement: Statement, database: string | undefined): Promise<Way | undefined> {
  const keys = database === undefined ? [] : await readForeignKeys(session, database);
  const scene = await readScene(session, [{ text: '', statement, reason: '' }], { keys, database });
  const judged = judge(statement, sceneOf(scene), scene);
  return 'judgement' in judged && judged.judgement.outcome.kind === 'way' ? judged.judgement.outcome.way : undefined;
}
