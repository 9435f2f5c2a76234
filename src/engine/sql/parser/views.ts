import type { CreateView } from '../ast/definitions.ts';
import type { Account } from '../ast/statements.ts';
import { parseAccount } from './accounts.ts';
import type { Parser } from './parser.ts';

/** What stands between CREATE or ALTER and the kind of a view, trigger, routine or event. */
export interface Head {
  readonly verb: 'CREATE' | 'ALTER';
  readonly orReplace: boolean;
  readonly algorithm?: CreateView['algorithm'];
  readonly definer?: Account | undefined;
  readonly security?: 'DEFINER' | 'INVOKER' | undefined;
}

export function parseHead(p: Parser): Head {
  const verb = p.takeAny('CREATE', 'ALTER') ?? 'CREATE';
  const orReplace = p.take('OR', 'REPLACE');
  let algorithm: CreateView['algorithm'];
  let definer: Account | undefined;
  let security: Head['security'];
  for (;;) {
    if (p.is('ALGORITHM')) {
      p.next();
      p.expectOperator('=');
      algorithm = p.takeAny('UNDEFINED', 'MERGE', 'TEMPTABLE');
      if (algorithm === undefined) throw p.unexpected('UNDEFINED, MERGE or TEMPTABLE');
    } else if (p.take('DEFINER')) {
      p.expectOperator('=');
      definer = parseAccount(p);
    } else if (p.take('SQL', 'SECURITY')) {
      security = p.takeAny('DEFINER', 'INVOKER');
      if (security === undefined) throw p.unexpected('DEFINER or INVOKER');
    } else {
      return { verb, orReplace, algorithm, definer, security };
    }
  }
}

export function parseView(p: Parser, head: Head, start: number): CreateView {
  p.expect('VIEW');
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const view = p.objectName('the name of a view');
  const columns = p.isOperator('(') ? p.parenthesized(() => p.name('the name of a column')) : [];
  p.expect('AS');
  const query = p.grammar.query(p);
  let check: CreateView['check'];
  if (p.is('WITH')) {
    p.next();
    check = p.takeAny('CASCADED', 'LOCAL') ?? 'CASCADED';
    p.expect('CHECK', 'OPTION');
  }
  return { kind: 'view', ...head, ifNotExists, view, columns, query, check, ...p.span(start) };
}
