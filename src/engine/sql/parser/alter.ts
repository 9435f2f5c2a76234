import type { AlterTable } from '../ast/definitions.ts';
import type { Statement } from '../ast/statements.ts';
import { parseAlterAction } from './alterActions.ts';
import { parseCreateDatabase } from './create.ts';
import { parsePartitioning } from './partitions.ts';
import type { Parser } from './parser.ts';
import { parseAlterRoutine, parseEvent } from './routines.ts';
import { parseSequence } from './sequences.ts';
import { parseUnsupported } from './utilities.ts';
import { parseHead, parseView } from './views.ts';

/** Every ALTER; kinds that nothing here prints are `unsupported`. */
export function parseAlter(p: Parser): Statement {
  const { start } = p.token;
  switch (p.peek().keyword) {
    case 'TABLE':
    case 'IGNORE':
    case 'ONLINE':
      return parseAlterTable(p, start);
    case 'DATABASE':
    case 'SCHEMA':
      return parseCreateDatabase(p, start);
    case 'FUNCTION':
    case 'PROCEDURE':
      return parseAlterRoutine(p, start);
    case 'SEQUENCE':
      return p.isMariadb ? parseSequence(p, start) : parseUnsupported(p);
    case 'ALGORITHM':
    case 'DEFINER':
    case 'SQL':
    case 'VIEW':
    case 'EVENT': {
      const head = parseHead(p);
      return p.is('EVENT') ? parseEvent(p, head, start) : parseView(p, head, start);
    }
    default:
      return parseUnsupported(p);
  }
}

function parseAlterTable(p: Parser, start: number): AlterTable {
  p.expect('ALTER');
  const options: string[] = [];
  for (let option = p.takeAny('ONLINE', 'IGNORE'); option !== undefined; option = p.takeAny('ONLINE', 'IGNORE')) options.push(option);
  p.expect('TABLE');
  const ifExists = p.take('IF', 'EXISTS');
  const table = p.objectName('the name of a table');
  if (p.isMariadb && p.is('WAIT')) throw p.unexpected();
  const actions = [];
  let partitioning: AlterTable['partitioning'];
  while (!p.isKind('end') && !p.isOperator(';')) {
    if (p.is('PARTITION', 'BY')) partitioning = parsePartitioning(p);
    else if (p.take('REMOVE', 'PARTITIONING')) partitioning = 'REMOVE';
    else actions.push(parseAlterAction(p));
    // Options of a table may follow one another without commas.
    if (!p.takeOperator(',') && !p.is('PARTITION', 'BY') && !p.is('REMOVE') && actions.at(-1)?.action !== 'OPTION') break;
  }
  return { kind: 'alterTable', options, ifExists, table, actions, partitioning, ...p.span(start) };
}
