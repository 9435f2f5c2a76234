import { transactionEffect, type ProgramEffect, type TransactionEffect } from '../../guard/sessionEffects.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { ParseError } from '../../sql/lexer/parseError.ts';
import { tokenize, type Token } from '../../sql/lexer/tokens.ts';
import { wouldCommit } from './sessionLoss.ts';
import { isLongInsert } from './statementEffects.ts';
import type { UserSessionParts } from './userSessionParts.ts';

/** How a session is when a statement comes. */
export interface ProgramPlace {
  readonly dialect: Dialect | undefined;
  readonly database: string | undefined;
  readonly autocommit: boolean;
}

interface Ran {
  readonly sql: string;
  readonly reads: boolean;
  readonly failed: boolean;
  readonly dialect: Dialect | undefined;
}

/** Of a statement that was prepared, whose EXECUTE does not say so. */
const PREPARED = { commit: 'commits', rollback: 'ends' } as const;

/** What statements of a session run beside their own text: procedures, and statements that were prepared, as far as PREPARE says their text. */
export class SessionPrograms {
  readonly #commitsInside: UserSessionParts['commitsInside'];
  readonly #texts = new Map<string, string>();

  constructor(commitsInside: UserSessionParts['commitsInside']) {
    this.#commitsInside = commitsInside;
  }

  clear(): void {
    this.#texts.clear();
  }

  /** What a statement does to the open transaction, also one that was prepared. */
  effectOf(sql: string, dialect: Dialect | undefined): TransactionEffect {
    if (isLongInsert(sql)) return 'keeps';
    const own = transactionEffect(sql);
    if (own !== 'unknown') return own;
    const text = this.#textOf(sql, dialect);
    return text === undefined ? own : transactionEffect(text);
  }

  /** Whether a statement ends the open transaction unasked, by all that it runs: a program may commit and begin another, which no answer of the server tells afterwards. */
  async commits(sql: string, { dialect, database, autocommit }: ProgramPlace): Promise<ProgramEffect> {
    const effect = this.effectOf(sql, dialect);
    if (commitsUnasked(effect, autocommit)) return 'commits';
    if (effect === 'commit' || effect === 'rollback') return transactionEffect(sql) === effect ? 'keeps' : PREPARED[effect];
    if (effect !== 'unknown' || this.#commitsInside === undefined) return 'keeps'; // or of statements of ours
    return dialect === undefined ? 'mayEnd' : this.#commitsInside(this.#textOf(sql, dialect) ?? sql, dialect, database);
  }

  async refuseToCommit(sql: string, place: ProgramPlace): Promise<void> {
    const effect = await this.commits(sql, place);
    if (effect !== 'keeps') throw wouldCommit(effect);
  }

  /** Behind a statement. A program may have prepared others under the same names. */
  ran({ sql, reads, failed, dialect }: Ran): void {
    if (reads || isLongInsert(sql)) return;
    const [verb, name, from, ...rest] = tokensOf(sql, dialect);
    if (dialect === undefined || this.effectOf(sql, dialect) === 'unknown') this.clear();
    else if (verb?.keyword === 'PREPARE' && name !== undefined && from !== undefined) {
      const text = failed ? undefined : textIn(rest);
      if (text === undefined) this.#texts.delete(nameOf(name));
      else this.#texts.set(nameOf(name), text);
    }
  }

  /** The text that an EXECUTE runs; undefined for other statements, and where it is not known. */
  #textOf(sql: string, dialect: Dialect | undefined): string | undefined {
    const [verb, name, ...rest] = tokensOf(sql, dialect);
    if (verb?.keyword !== 'EXECUTE' || name === undefined) return undefined;
    return name.keyword === 'IMMEDIATE' && rest[0]?.kind === 'string' ? textIn(rest) : this.#texts.get(nameOf(name));
  }
}

/** For a statement that does not say so itself. */
export function commitsUnasked(effect: TransactionEffect, autocommit: boolean): boolean {
  return effect === 'commits' || effect === 'begins' || (effect === 'autocommit' && !autocommit);
}

/** None for statements that neither prepare nor execute one, and where their session can't be read. */
function tokensOf(sql: string, dialect: Dialect | undefined): readonly Token[] {
  if (dialect === undefined || !/\b(?:PREPARE|EXECUTE)\b/i.test(sql)) return [];
  try {
    return tokenize(sql, dialect).tokens;
  } catch (error) {
    if (error instanceof ParseError) return [];
    throw error;
  }
}

function nameOf({ text }: Token): string {
  return text.toLowerCase();
}

/** Of literals, where nothing else stands there but the values that it is run with. */
function textIn(tokens: readonly Token[]): string | undefined {
  const end = tokens.findIndex(({ kind, keyword, text }) => kind === 'end' || keyword === 'USING' || text === ';');
  const parts = end < 0 ? tokens : tokens.slice(0, end);
  return parts.length > 0 && parts.every(({ kind }) => kind === 'string') ? parts.map(({ text }) => text).join('') : undefined;
}
