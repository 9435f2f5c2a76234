/** What the reader of programs tells tokens apart by: words without quotes (in upper case), signs, and all others. */
export type PieceKind = 'word' | 'sign' | 'value';

/**
 * What a token of a header means: the header goes on; the text creates no program; the token is the first of the body, or stands directly before it; or it is the
 * first of a package, or of the declarations that stand before a body in Oracle's mode.
 */
export type HeaderStep = 'header' | 'noProgram' | 'body' | 'beforeBody' | 'package' | 'beforePackage' | 'declarations';

const PROGRAMS = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'PACKAGE']);
/** What may stand between CREATE and the kind of object. */
const BEFORE_KIND = new Set(['OR', 'REPLACE', 'DEFINER', 'AGGREGATE', 'CURRENT_USER', 'CURRENT_ROLE']);
const BEFORE_PROGRAM_NAME = new Set(['IF', 'NOT', 'EXISTS', 'BODY']);
/** Words between the parameters and the body of a routine; any other begins the body. */
const OF_ROUTINE = new Set(
  (
    'RETURNS DETERMINISTIC NOT CONTAINS SQL NO READS DATA MODIFIES LANGUAGE SECURITY DEFINER INVOKER COMMENT USING AS IS UNSIGNED SIGNED ' +
    'ZEROFILL PRECISION VARYING CHAR CHARACTER VARCHAR VARCHARACTER VARBINARY BINARY CHARSET COLLATE ASCII UNICODE BYTE OF'
  ).split(' '),
);
const OF_PACKAGE = new Set(['COMMENT', 'SQL', 'SECURITY', 'DEFINER', 'INVOKER']);
/** Behind these comes a name, whatever word it is. */
const BEFORE_NAME = new Set([
  'RETURNS',
  'LANGUAGE',
  'CHARSET',
  'COLLATE',
  'OF',
  'FOLLOWS',
  'PRECEDES',
  'TO',
  'COMMENT',
  'AT',
  'EVERY',
  'STARTS',
  'ENDS',
]);

/** Reads what stands before the body of a program, from behind CREATE or ALTER. Pure, and it looks at each token once. */
export class ProgramHeader {
  readonly #verb: string;
  #kind = '';
  #named = false;
  #depth = 0;
  #hasParameters = false;
  #previous = '';
  /** True where a name must come. */
  #beforeName = false;
  /** What decides what comes next: AS of a routine, ROW of a trigger. */
  #mark = '';
  /** True behind the type that a function returns. */
  #returns = false;

  /** `verb` is CREATE or ALTER; a member of a package has none, and begins with its kind. */
  constructor(verb: 'CREATE' | 'ALTER' | 'member') {
    this.#verb = verb;
  }

  /** True once it is certain that a program is created: a loadable function has no parameters. */
  get createsProgram(): boolean {
    return this.#kind !== '' && (this.#kind !== 'FUNCTION' || this.#hasParameters);
  }

  take(kind: PieceKind, text: string): HeaderStep {
    const previous = this.#previous;
    this.#previous = kind === 'value' ? '' : text;
    if (kind === 'sign') {
      if (text === '(') this.#depth++;
      if (text === '(' && this.#named) this.#hasParameters = true;
      else if (text === ')') this.#depth--;
      return 'header';
    }
    if (this.#depth > 0 || previous === '.') return 'header';
    if (this.#kind === '') return this.#kindWord(kind, text, previous);
    if (!this.#named) {
      this.#named = kind === 'value' || !BEFORE_PROGRAM_NAME.has(text);
      return 'header';
    }
    if (this.#beforeName) {
      this.#beforeName = false;
      return 'header';
    }
    this.#beforeName = kind === 'word' && (BEFORE_NAME.has(text) || (text === 'SET' && previous.startsWith('CHAR')));
    switch (this.#kind) {
      case 'TRIGGER':
        return this.#trigger(text, previous);
      case 'EVENT':
        return kind === 'word' && text === 'DO' ? 'beforeBody' : 'header';
      case 'PACKAGE':
        return this.#package(kind, text);
      default:
        return this.#routine(kind, text, previous);
    }
  }

  #kindWord(kind: PieceKind, text: string, previous: string): HeaderStep {
    if (kind === 'value' || previous === '=') return 'header'; // the account of DEFINER
    if (PROGRAMS.has(text) && (this.#verb !== 'ALTER' || text === 'EVENT')) this.#kind = text;
    else if (!BEFORE_KIND.has(text)) return 'noProgram';
    return 'header';
  }

  #trigger(text: string, previous: string): HeaderStep {
    if (this.#mark === '') {
      if (text === 'ROW' && previous === 'EACH') this.#mark = 'ROW';
      this.#beforeName = false;
      return 'header';
    }
    return this.#beforeName ? 'header' : 'body';
  }

  #package(kind: PieceKind, text: string): HeaderStep {
    if (kind === 'value' || OF_PACKAGE.has(text)) return 'header';
    return text === 'AS' || text === 'IS' ? 'beforePackage' : 'package';
  }

  #routine(kind: PieceKind, text: string, previous: string): HeaderStep {
    // AS may have the text of a program in another language behind it, else declarations.
    if (this.#mark === 'AS') return kind === 'word' ? 'declarations' : 'header';
    if (kind === 'value') return 'body';
    if (previous === '%') return 'header'; // %TYPE, %ROWTYPE
    if (this.#returnsType(text)) this.#beforeName ||= text === 'RETURN';
    else if (text === 'AS' || text === 'IS') this.#mark = 'AS';
    else if (!OF_ROUTINE.has(text) && !(text === 'SET' && previous.startsWith('CHAR'))) return 'body';
    return 'header';
  }

  /** RETURN tells the type in Oracle's mode; elsewhere RETURNS does, and RETURN begins the body. */
  #returnsType(text: string): boolean {
    if (this.#kind !== 'FUNCTION' || this.#returns || (text !== 'RETURN' && text !== 'RETURNS')) return false;
    this.#returns = true;
    return true;
  }
}
