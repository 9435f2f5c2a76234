import { replaceHidden } from '../engine/text.ts';
import { tokenizeForAny } from '../engine/sql/lexer/interpretations.ts';
import { ParseError } from '../engine/sql/lexer/parseError.ts';
import type { Token } from '../engine/sql/lexer/tokens.ts';
import type { Piece, PieceKind, Pieces } from '../webview/review/messages.ts';

/** Private characters, which are themselves hidden: none of a text is left where these are put. */
const OPEN = '\uE000';
const CLOSE = '\uE001';
/** Stand for names in a sentence of ours, which are filled in afterwards: translations put them in an order of their own. */
export const [PLACE, SECOND, THIRD] = ['\uE002', '\uE003', '\uE004'] as const;
const PLACES: readonly string[] = [PLACE, SECOND, THIRD];

/** Blanks that are not the one of the keyboard, and more marks on one letter than any script has: they are drawn over other lines. */
const ODD = /[\p{Zs}--\u0020]|(?<=\p{M}{4})\p{M}/gv;
const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
]);

function escapeOf(character: string): string {
  return SHORT.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Text of others as pieces: whatever can't be seen, ends a line or looks like a blank is a piece of its own. */
export function piecesOf(text: string, kind: PieceKind): Piece[] {
  const mark = (character: string): string => `${OPEN}${escapeOf(character)}${CLOSE}`;
  const marked = replaceHidden(text, mark).replaceAll(ODD, mark);
  const pieces: Piece[] = [];
  for (const [i, part] of marked.split(OPEN).entries()) {
    const end = i === 0 ? -1 : part.indexOf(CLOSE);
    if (end >= 0) pieces.push({ kind, text: part.slice(0, end), escape: true });
    if (part.length > end + 1) pieces.push({ kind, text: part.slice(end + 1) });
  }
  return pieces;
}

export function plain(text: string): Piece {
  return { kind: 'plain', text };
}

/** A sentence of ours, in which the places are the given pieces. */
export function sentence(text: string, ...fills: readonly Pieces[]): Piece[] {
  return text
    .split(/([\uE002-\uE004])/)
    .flatMap((part) => (PLACES.includes(part) ? (fills[PLACES.indexOf(part)] ?? []) : part === '' ? [] : [plain(part)]));
}

/** A sentence of the engine, with names and words of the server in it. */
export function foreignSentence(text: string): Piece[] {
  return piecesOf(text, 'plain');
}

const PLAIN_NAME = /^[\p{L}\p{N}_$@%.-]+$/u;
const BARE = /^[\p{L}\p{N}_$]+$/u;

/** A name as SQL writes it: quoted where it is more than letters and digits, so that it looks like nothing else. */
export function namePieces(parts: readonly string[]): Piece[] {
  const text = parts.map(shownName).join('.');
  return piecesOf(text, 'name');
}

function shownName(name: string): string {
  return BARE.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** An account is no identifier. */
export function accountPieces(account: string): Piece[] {
  return piecesOf(PLAIN_NAME.test(account) ? account : JSON.stringify(account), 'name');
}

/** The words of a name as a person types them: what is shown, escapes included. */
export function typedText(name: string): string {
  return piecesOf(name, 'name')
    .map(({ text }) => text)
    .join('');
}

const KINDS: Partial<Readonly<Record<Token['kind'], PieceKind>>> = {
  string: 'string',
  nationalString: 'string',
  hexString: 'string',
  bitString: 'string',
  number: 'number',
  hexNumber: 'number',
  bitNumber: 'number',
  quotedName: 'name',
  userVariable: 'name',
};

/** A formatted statement in lines of pieces. Only what stands between two tokens ends a line. */
export function statementLines(sql: string): Piece[][] {
  let tokens: readonly Token[];
  try {
    tokens = tokenizeForAny(sql, {});
  } catch (error) {
    if (error instanceof ParseError) return [piecesOf(sql, 'code')];
    throw error;
  }
  const lines: Piece[][] = [[]];
  const add = (pieces: readonly Piece[]): void => {
    lines.at(-1)?.push(...pieces);
  };
  let end = 0;
  for (const token of tokens) {
    addGap(lines, sql.slice(end, token.start));
    const kind = KINDS[token.kind] ?? (token.kind === 'word' && token.keyword !== '' ? 'keyword' : 'code');
    add(piecesOf(sql.slice(token.start, token.end), kind));
    end = token.end;
  }
  addGap(lines, sql.slice(end));
  return lines;
}

/** Blanks, or empty lines, that look like the end of a statement which goes on behind them. */
const LONG_GAP = /((?:[ \t]*\n){4,}|[ \t]{40,})/;

/** Blanks, line ends and comments: the line end of a comment is one as well. Of a long gap its length is shown. */
function addGap(lines: Piece[][], gap: string): void {
  for (const [i, part] of gap.replaceAll('\r\n', '\n').split(LONG_GAP).entries()) {
    const isLong = i % 2 === 1;
    if (!isLong) addLines(lines, part);
    else if (part.includes('\n')) lines.push([elided(part.length)], []);
    else lines.at(-1)?.push(elided(part.length));
  }
}

function addLines(lines: Piece[][], text: string): void {
  for (const [i, part] of text.split('\n').entries()) {
    if (i > 0) lines.push([]);
    if (part !== '') lines.at(-1)?.push(...piecesOf(part, 'code'));
  }
}

/** So many characters are left out here. */
export function elided(count: number): Piece {
  return { kind: 'elided', text: `… ${count.toLocaleString('en-US')} …` };
}
