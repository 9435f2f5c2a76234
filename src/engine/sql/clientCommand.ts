/**
 * What a line means to the `mysql` and `mariadb` clients, which take some commands themselves.
 * @see https://dev.mysql.com/doc/refman/9.7/en/mysql-commands.html
 */
export type ClientCommand =
  | { readonly kind: 'delimiter'; readonly delimiter: string }
  /** Changes what that client shows, and nothing on the server. */
  | { readonly kind: 'nothing'; readonly wholeLine: boolean }
  /** The client ends, and reads no further. */
  | { readonly kind: 'quit' }
  /** Ends with its line, without a delimiter: USE, and what only that client can do. */
  | { readonly kind: 'line' };

const OF_DISPLAY = new Set('? clear ego go help nopager notee nowarning print rehash status warnings'.split(' '));
const OF_DISPLAY_WITH_ARGUMENT = new Set(['pager', 'prompt', 'tee']);
const OF_CLIENT = new Set('charset connect edit query_attributes resetconnection source ssl_session_data_print system use'.split(' '));
/** Commands of one letter behind a backslash: those that only the display is about, and those with an argument up to the end of the line. */
const LETTERS_OF_DISPLAY = new Set('?chnpstwW#');
const LETTERS_WITH_ARGUMENT = new Set('PRT');
const LETTERS_OF_CLIENT = new Set('!.Cerux');
const NAMES = new Set(['delimiter', 'exit', 'quit', ...OF_DISPLAY, ...OF_DISPLAY_WITH_ARGUMENT, ...OF_CLIENT]);
const WORD = /[a-z_?]{1,24}(?![\w$])/iy;
/** As many bytes of a delimiter as the clients keep. */
const LONGEST_DELIMITER = 15;

/** Reads a line, or a whole statement, that may be a command by its name. */
export function readNamedCommand(line: string): ClientCommand | undefined {
  const word = nameOfCommand(line, 0);
  if (word === undefined) return undefined;
  const rest = line.slice(word.length);
  if (word === 'delimiter') return readDelimiter(rest);
  const hasArgument = rest.trim() !== '';
  if (word === 'exit' || word === 'quit') return hasArgument ? undefined : { kind: 'quit' };
  if (OF_DISPLAY_WITH_ARGUMENT.has(word)) return { kind: 'nothing', wholeLine: true };
  if (OF_CLIENT.has(word)) return hasArgument ? { kind: 'line' } : undefined;
  return hasArgument ? undefined : { kind: 'nothing', wholeLine: true };
}

/** The command whose name stands at an offset, in lower case. */
export function nameOfCommand(text: string, at: number): string | undefined {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0].toLowerCase();
  return word !== undefined && NAMES.has(word) ? word : undefined;
}

/** Reads a command by its letter where a statement may begin; `rest` is the line behind the backslash. */
export function readLetterCommand(rest: string): ClientCommand | undefined {
  const letter = rest.charAt(0);
  if (letter === 'q') return { kind: 'quit' };
  if (letter === 'd') return readDelimiter(rest.slice(1));
  if (LETTERS_OF_CLIENT.has(letter)) return { kind: 'line' };
  const wholeLine = LETTERS_WITH_ARGUMENT.has(letter);
  return wholeLine || LETTERS_OF_DISPLAY.has(letter) ? { kind: 'nothing', wholeLine } : undefined;
}

/** The argument of DELIMITER as the clients read it: in quotes, or up to a blank (a tab is part of it). They refuse an empty one and backslashes. */
function readDelimiter(text: string): ClientCommand {
  const given = text.trimStart();
  const quote = given.charAt(0);
  const isQuoted = quote === "'" || quote === '"' || quote === '`';
  const end = isQuoted ? given.indexOf(quote, 1) : given.indexOf(' ');
  const found = given.slice(isQuoted ? 1 : 0, end < 0 ? undefined : end);
  return found === '' || found.includes('\\') ? { kind: 'line' } : { kind: 'delimiter', delimiter: cutBytes(found) };
}

function cutBytes(text: string): string {
  let bytes = 0;
  let cut = '';
  for (const ch of text) {
    bytes += Buffer.byteLength(ch);
    if (bytes > LONGEST_DELIMITER) break;
    cut += ch;
  }
  return cut;
}
