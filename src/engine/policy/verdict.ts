import type { QualifiedName } from '../sql/identifiers.ts';
import type { Token } from '../sql/lexer.ts';

/** What the user has said of a connection that its statements are judged by. */
export interface ConnectionRules {
  /** Stored functions that are allowed, by `keyOfName`. */
  readonly functions?: ReadonlySet<string> | undefined;
  /** True for a table whose rows may not be reached; without it all may. */
  readonly outOfReach?: ((name: QualifiedName) => boolean) | undefined;
}

/** What a statement is judged in. */
export interface Surroundings extends ConnectionRules {
  /** The current database. */
  readonly database?: string | undefined;
}

/** What a statement may not do: what, where (UTF-16 offset in the whole text) and what to do instead. */
export interface Refusal {
  readonly what: string;
  readonly position: number;
  readonly instead: string;
}

/** A refusal that points to the token, or to the begin of the statement. */
export function refuse(what: string, token: Token | undefined, instead: string): Refusal {
  return { what, position: token?.start ?? 0, instead };
}

/** The upper-case word if the token can be a keyword, else '' (or the parenthesis itself). */
export function keyword(token: Token | undefined): string {
  if (token === undefined) return '';
  if (token.text === '(') return '(';
  return token.kind === 'word' && !token.afterDot ? token.upper : '';
}

/** Whether the token can be a name, quoted or not. */
export function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quotedName';
}
