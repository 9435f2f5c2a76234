import { ProgramHeader, type PieceKind } from './programHeader.ts';

/** An open compound statement, by the name behind its END; blocks and packages have none. */
type Frame = 'BLOCK' | 'PACKAGE' | 'DECLARATIONS' | 'IF' | 'CASE' | 'LOOP' | 'WHILE' | 'REPEAT' | 'FOR';

/** Where in the grammar the next token stands. */
type Place =
  | 'header'
  /** A statement begins. */
  | 'start'
  /** Behind the first word of a statement, which may be a label. */
  | 'behindFirst'
  /** In a statement without statements inside. */
  | 'plain'
  /** In the head of a compound statement, up to the word that ends it. */
  | 'head'
  /** In the conditions of a handler; behind one of them. */
  | 'handler'
  | 'behindCondition'
  | 'behindEnd'
  /** Behind a compound statement, before its separator. */
  | 'closed';

const NAMED_ENDS = new Set<string>(['IF', 'CASE', 'LOOP', 'WHILE', 'REPEAT', 'FOR'] satisfies Frame[]);

/** Behind these comes an operand: END or DO is a name there. */
const BEFORE_OPERAND = new Set(
  (
    'SELECT ALL DISTINCT DISTINCTROW FROM WHERE GROUP BY HAVING ORDER LIMIT AND OR XOR NOT DIV MOD IN LIKE RLIKE REGEXP BETWEEN IS AS ON CASE WHEN ' +
    'THEN ELSE SET INTO VALUES JOIN UPDATE DELETE INSERT REPLACE USING CALL RETURN INTERVAL EXISTS UNION EXCEPT INTERSECT CROSS INNER OUTER ' +
    'NATURAL STRAIGHT_JOIN ESCAPE'
  ).split(' '),
);

/**
 * Follows a statement as far as it takes to tell which separators are inside the body of a program: of a procedure, function, trigger, event or package, or
 * of a compound statement without a name. It mirrors `parser/programs.ts` for texts that may be unfinished or wrong: it never fails, keeps one frame for each
 * open compound statement, and looks at each token once.
 *
 * In doubt a separator is inside, since a part of a body must never run alone.
 */
export class ProgramReader {
  #frames: Frame[] = [];
  #place: Place = 'start';
  #header = new ProgramHeader('CREATE');
  /** First word of the whole statement and of the one inside it. */
  #verb = '';
  #first = '';
  /** Parentheses that are open in this statement, and how many were where each CASE of an expression began. */
  #depth = 0;
  #cases: number[] = [];
  /** True if the last token completes an operand. */
  #operand = false;
  #previous = '';
  #doubtful = false;
  /** Reads the header of a CREATE inside a body, where no program can be created. */
  #inner: ProgramHeader | undefined;

  /** The first word of the statement in upper case; empty before it. */
  get verb(): string {
    return this.#verb;
  }

  /** True inside a body, where a separator ends one of its statements. */
  get isOpen(): boolean {
    return this.#frames.length > 0;
  }

  /** True inside a body where one of its statements begins. */
  get atInnerStart(): boolean {
    return this.isOpen && this.#place === 'start';
  }

  /** True behind the word CREATE that begins a statement of a body. Only the word itself may have told that there is a body. */
  get atInnerCreate(): boolean {
    return this.#inner !== undefined && this.#previous === 'CREATE';
  }

  /** True where the ends of compound statements did not fit. */
  get isDoubtful(): boolean {
    return this.#doubtful;
  }

  /** True behind CREATE and the kind of a program inside a body. Servers refuse that, so the body before it was never finished. */
  get hasRestarted(): boolean {
    return this.#inner?.createsProgram === true;
  }

  /** Forgets the body before the CREATE inside it. */
  restart(): void {
    const header = this.#inner;
    if (header === undefined) return;
    this.reset();
    this.#verb = 'CREATE';
    this.#header = header;
    this.#place = 'header';
  }

  reset(): void {
    this.#frames = [];
    this.#place = 'start';
    this.#verb = '';
    this.#doubtful = false;
    this.#clear();
    this.#previous = '';
  }

  take(given: PieceKind, text: string): void {
    const kind = given === 'word' && this.#previous === '.' ? 'value' : given;
    if (this.#verb === '') this.#verb = kind === 'word' ? text : '?';
    if (this.#inner?.take(kind, text) === 'noProgram') this.#inner = undefined;
    if (kind === 'sign') this.#sign(text);
    else if (this.#place === 'header') this.#inHeader(kind, text);
    else if (kind === 'word') this.#word(text);
    else this.#value();
    this.#previous = kind === 'value' ? '' : text;
  }

  /** Takes a separator; true if it ends the whole statement. */
  endStatement(): boolean {
    if (this.#place === 'behindEnd') this.#close('');
    if (this.#place === 'head') this.#doubtful = true;
    this.#clear();
    this.#previous = '';
    this.#place = 'start';
    return !this.isOpen;
  }

  #clear(): void {
    this.#first = '';
    this.#depth = 0;
    this.#cases = [];
    this.#operand = false;
    this.#inner = undefined;
  }

  #push(frame: Frame, place: Place): void {
    this.#frames.push(frame);
    this.#clear();
    this.#place = place;
  }

  #sign(ch: string): void {
    if (ch === '(') this.#depth++;
    else if (ch === ')') this.#depth--;
    this.#operand = ch === ')';
    switch (this.#place) {
      case 'header':
        this.#header.take('sign', ch);
        break;
      case 'start':
        if (ch !== '<' && ch !== '>') this.#place = 'plain'; // <<label>> of Oracle's mode
        break;
      case 'behindFirst':
        this.#place = ch === ':' ? 'start' : 'plain';
        break;
      case 'behindCondition':
        this.#place = ch === ',' ? 'handler' : 'plain';
        break;
      case 'behindEnd':
        this.#close('');
        break;
      case 'plain':
      case 'head':
      case 'handler':
      case 'closed':
        break;
    }
  }

  /** A quoted name, a text, a number, a variable, or a word behind a dot. */
  #value(): void {
    this.#operand = true;
    if (this.#place === 'start' || this.#place === 'behindCondition') this.#place = 'behindFirst';
    else if (this.#place === 'behindFirst') this.#place = 'plain';
    else if (this.#place === 'handler') this.#place = 'behindCondition';
    else if (this.#place === 'behindEnd') this.#close('');
  }

  #word(word: string): void {
    switch (this.#place) {
      case 'start':
        this.#beginStatement(word);
        break;
      case 'behindFirst':
        this.#behindFirst(word);
        break;
      case 'handler':
        if (word !== 'SQLSTATE' && word !== 'VALUE' && word !== 'NOT') this.#place = 'behindCondition';
        break;
      case 'behindCondition':
        this.#clear();
        this.#beginStatement(word);
        break;
      case 'behindEnd':
        this.#close(word);
        break;
      case 'plain':
      case 'head':
        this.#inExpression(word);
        break;
      case 'header':
      case 'closed':
        break;
    }
  }

  /** A word that begins a statement, or divides or ends the one around it. */
  #beginStatement(word: string): void {
    switch (word) {
      case 'BEGIN':
        // Alone it starts a transaction.
        if (this.isOpen || this.#first !== '' || this.#verb !== 'BEGIN') this.#openBlock();
        else this.#place = 'behindFirst';
        break;
      case 'END':
        this.#place = this.isOpen ? 'behindEnd' : 'plain';
        break;
      case 'IF':
      case 'CASE':
      case 'WHILE':
      case 'FOR':
        this.#push(word, 'head');
        break;
      case 'LOOP':
      case 'REPEAT':
        this.#push(word, 'start');
        break;
      case 'ELSEIF':
      case 'ELSIF':
      case 'WHEN':
      case 'UNTIL':
        this.#clear();
        this.#place = this.isOpen ? 'head' : 'plain';
        break;
      case 'ELSE':
      case 'EXCEPTION':
        this.#place = this.isOpen ? 'start' : 'plain';
        break;
      case 'NOT':
      case 'ATOMIC':
        this.#place = this.#previous === 'BEGIN' || this.#previous === 'NOT' ? 'start' : 'plain';
        break;
      default:
        this.#beginPlain(word);
    }
  }

  #beginPlain(word: string): void {
    this.#first = word;
    this.#place = 'behindFirst';
    this.#operand = !BEFORE_OPERAND.has(word);
    if ((word === 'PROCEDURE' || word === 'FUNCTION') && this.#frames.at(-1) === 'PACKAGE') {
      this.#openHeader(new ProgramHeader('member'), word);
    } else if (word === 'CREATE' && this.isOpen) {
      this.#inner = new ProgramHeader('CREATE');
    } else if ((word === 'CREATE' || word === 'ALTER') && !this.isOpen) {
      this.#openHeader(new ProgramHeader(word));
    }
  }

  #openHeader(header: ProgramHeader, kind?: string): void {
    this.#header = header;
    if (kind !== undefined) header.take('word', kind);
    this.#place = 'header';
  }

  #openBlock(): void {
    const top = this.#frames.at(-1);
    // One END closes a package, or declarations, together with their block.
    if (top === 'PACKAGE' || top === 'DECLARATIONS') this.#frames.pop();
    this.#push('BLOCK', 'start');
  }

  #inHeader(kind: PieceKind, text: string): void {
    const step = this.#header.take(kind, text);
    if (step === 'header') return;
    this.#clear();
    if (step === 'noProgram') {
      this.#place = 'plain';
      return;
    }
    this.#place = 'start';
    if (step === 'declarations') this.#push('DECLARATIONS', 'start');
    else if (step === 'package' || step === 'beforePackage') this.#push('PACKAGE', 'start');
    if (step === 'beforeBody' || step === 'beforePackage') return;
    this.#first = '?'; // so that BEGIN opens a block
    if (kind === 'word') this.#beginStatement(text);
    else this.#value();
  }

  #behindFirst(word: string): void {
    if (this.#first === '' && this.#verb === 'BEGIN' && !this.isOpen && word !== 'WORK') {
      this.#push('BLOCK', 'start');
      this.#previous = 'BEGIN';
      this.#beginStatement(word);
      return;
    }
    this.#place = 'plain';
    this.#inExpression(word);
  }

  #inExpression(word: string): void {
    const behindOperand = this.#operand;
    this.#operand = !BEFORE_OPERAND.has(word);
    if (word === 'CASE') {
      this.#cases.push(this.#depth);
    } else if (this.#cases.length > 0) {
      if (word === 'END' && behindOperand && this.#cases.at(-1) === this.#depth) this.#cases.pop();
    } else if (this.#place === 'head') {
      this.#inHead(word, behindOperand);
    } else if (word === 'FOR' && this.#previous === 'HANDLER' && this.#first === 'DECLARE') {
      this.#place = 'handler';
    }
  }

  /** A word in the head of a compound statement, which may end it. */
  #inHead(word: string, behindOperand: boolean): void {
    const top = this.#frames.at(-1);
    if (word === 'END' && behindOperand && this.#depth <= 0) {
      this.#place = 'behindEnd'; // UNTIL … END REPEAT
    } else if (word === 'WHEN' && top === 'CASE') {
      this.#clear();
    } else if (word === 'THEN' || (word === 'DO' && behindOperand && this.#depth <= 0)) {
      this.#clear();
      this.#place = 'start';
    } else if (word === 'LOOP' && (top === 'WHILE' || top === 'FOR')) {
      this.#frames.pop(); // Oracle's form, which END LOOP closes
      this.#push('LOOP', 'start');
    }
  }

  /**
   * Closes what END closes. A name that fits no open statement closes none, and END without a name closes the innermost: a wrong END never lets the rest of a
   * body out.
   */
  #close(name: string): void {
    const isNamed = NAMED_ENDS.has(name);
    const at = isNamed ? this.#frames.findLastIndex((frame) => frame === name) : this.#frames.length - 1;
    const top = this.#frames.at(-1);
    this.#doubtful ||= at !== this.#frames.length - 1 || isNamed !== NAMED_ENDS.has(top ?? '');
    if (at >= 0) this.#frames.length = at;
    this.#clear();
    this.#place = 'closed';
  }
}
