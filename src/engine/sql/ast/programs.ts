import type { CastType, Expression, Name, ObjectName, Span, StringLiteral } from './expressions.ts';
import type { Into, Query } from './queries.ts';
import type { Statement } from './statements.ts';

/** Statements that stand in bodies of routines, triggers and events only; a body is any `Statement`. */
export type ProgramStatement =
  | Block
  | If
  | CaseStatement
  | Loop
  | Jump
  | Return
  | Declare
  | Cursor
  | Handler
  | Condition
  | CursorOperation
  | Signal
  | ForLoop
  | GetDiagnostics;

export interface CallStatement extends Span {
  readonly kind: 'callStatement';
  readonly routine: ObjectName;
  readonly args: readonly Expression[];
}

/** `label: BEGIN … END label`. */
export interface Block extends Span {
  readonly kind: 'block';
  readonly label?: Name | undefined;
  /** MariaDB's `BEGIN NOT ATOMIC` outside of programs. */
  readonly notAtomic: boolean;
  readonly statements: readonly Statement[];
}

export interface If extends Span {
  readonly kind: 'if';
  readonly branches: readonly ProgramBranch[];
  readonly otherwise?: readonly Statement[] | undefined;
}

export interface ProgramBranch extends Span {
  readonly kind: 'branch';
  readonly condition: Expression;
  readonly statements: readonly Statement[];
}

export interface CaseStatement extends Span {
  readonly kind: 'caseStatement';
  readonly operand?: Expression | undefined;
  readonly branches: readonly ProgramBranch[];
  readonly otherwise?: readonly Statement[] | undefined;
}

export interface Loop extends Span {
  readonly kind: 'loop';
  readonly form: 'LOOP' | 'WHILE' | 'REPEAT';
  readonly label?: Name | undefined;
  /** Of WHILE and REPEAT. */
  readonly condition?: Expression | undefined;
  readonly statements: readonly Statement[];
}

/** MariaDB: `FOR i IN 1..10 DO`, `FOR r IN cursor DO`, `FOR r IN (SELECT …) DO`. */
export interface ForLoop extends Span {
  readonly kind: 'forLoop';
  readonly label?: Name | undefined;
  readonly variable: Name;
  readonly reverse: boolean;
  readonly from?: Expression | undefined;
  readonly to?: Expression | undefined;
  readonly cursor?: Name | undefined;
  readonly args: readonly Expression[];
  readonly query?: Query | undefined;
  readonly statements: readonly Statement[];
}

/** LEAVE, ITERATE. */
export interface Jump extends Span {
  readonly kind: 'jump';
  readonly verb: 'LEAVE' | 'ITERATE';
  readonly label: Name;
}

export interface Return extends Span {
  readonly kind: 'return';
  readonly value: Expression;
}

export interface Declare extends Span {
  readonly kind: 'declare';
  readonly names: readonly Name[];
  /** MariaDB's `TYPE OF t.c` and `ROW TYPE OF t` have `typeOf`. */
  readonly type?: CastType | undefined;
  readonly typeOf?: { readonly row: boolean; readonly parts: readonly Name[] } | undefined;
  readonly value?: Expression | undefined;
}

export interface Cursor extends Span {
  readonly kind: 'cursor';
  readonly name: Name;
  readonly parameters: readonly { readonly name: Name; readonly type: CastType }[];
  readonly query: Query;
}

export interface Condition extends Span {
  readonly kind: 'condition';
  readonly name: Name;
  readonly value: ConditionValue;
}

export interface Handler extends Span {
  readonly kind: 'handler';
  readonly action: 'CONTINUE' | 'EXIT' | 'UNDO';
  readonly conditions: readonly ConditionValue[];
  readonly statement: Statement;
}

export interface ConditionValue extends Span {
  readonly kind: 'conditionValue';
  readonly form: 'SQLSTATE' | 'SQLWARNING' | 'NOT FOUND' | 'SQLEXCEPTION' | 'code' | 'name';
  readonly state?: StringLiteral | undefined;
  readonly code?: string | undefined;
  readonly name?: Name | undefined;
}

export interface CursorOperation extends Span {
  readonly kind: 'cursorOperation';
  readonly verb: 'OPEN' | 'FETCH' | 'CLOSE';
  readonly cursor: Name;
  readonly args: readonly Expression[];
  readonly into?: Into | undefined;
}

export interface Signal extends Span {
  readonly kind: 'signal';
  readonly verb: 'SIGNAL' | 'RESIGNAL';
  readonly condition?: ConditionValue | undefined;
  readonly items: readonly { readonly name: string; readonly value: Expression }[];
}

export interface GetDiagnostics extends Span {
  readonly kind: 'getDiagnostics';
  readonly area?: 'CURRENT' | 'STACKED' | undefined;
  /** Number of the condition; undefined for the statement's own information. */
  readonly condition?: Expression | undefined;
  readonly items: readonly { readonly target: Expression; readonly name: string }[];
}
